"""The same pictures for print: one SVG file that carries its own colours and textures."""

from __future__ import annotations

INK, PAPER, LAND, EDGE = "#1b2a32", "#ffffff", "#efeae0", "#857d6c"
GREEN, GREEN_SOFT, OCHRE, OCHRE_SOFT = "#1a7257", "#dcebe2", "#b8710c", "#f8e7c9"
STYLE = f"""
.ground{{fill:{LAND}}} .land path{{fill:{LAND};stroke:#fff;stroke-width:1}}
.member path{{fill:{GREEN_SOFT};stroke:{GREEN};stroke-width:2}}
.partner path{{fill:url(#d-b-soft);stroke:{OCHRE};stroke-width:1}}
.halo{{fill:#fff;stroke:#fff;stroke-width:3}}
.rb.a.solid{{fill:{GREEN}}} .rb.b.solid{{fill:url(#d-b)}}
.rb.a.hatched{{fill:url(#h-a);stroke:{GREEN};stroke-width:.8}}
.rb.b.hatched{{fill:url(#h-b);stroke:{OCHRE};stroke-width:.8}}
.rb.out{{fill:#fff}} .rb.line{{fill:none;stroke-width:1.75}}
.rb.a.line{{stroke:{GREEN}}} .rb.b.line{{stroke:{OCHRE}}}
.bank.a{{fill:{GREEN}}} .bank.b{{fill:{OCHRE}}}
.mk-a{{fill:{GREEN};stroke:#fff;stroke-width:2}} .mk-b{{fill:{OCHRE};stroke:#fff;stroke-width:1.5}}
.m-n{{font:600 17px "Atkinson Hyperlegible Next";fill:{INK}}}
.m-l{{font:400 14px "Atkinson Hyperlegible Next";fill:#4b5a62}}
.scale{{fill:none;stroke:#4b5a62;stroke-width:1.5}}
"""
PATTERNS = f"""
<pattern id="h-a" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="{GREEN_SOFT}"/><rect width="2.6" height="7" fill="{GREEN}"/></pattern>
<pattern id="h-b" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="7" height="7" fill="{OCHRE_SOFT}"/><rect width="2.6" height="7" fill="{OCHRE}"/></pattern>
<pattern id="d-b" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="{OCHRE}"/><circle cx="2" cy="2" r="1" fill="{OCHRE_SOFT}"/><circle cx="6" cy="6" r="1" fill="{OCHRE_SOFT}"/></pattern>
<pattern id="d-b-soft" width="10" height="10" patternUnits="userSpaceOnUse"><rect width="10" height="10" fill="{OCHRE_SOFT}"/><circle cx="2.5" cy="2.5" r=".9" fill="{OCHRE}"/><circle cx="7.5" cy="7.5" r=".9" fill="{OCHRE}"/></pattern>
"""


def for_print(svg: str) -> str:
    """A drawing of this package as a file that stands alone: name space, style and patterns inside."""
    head, body = svg.split(">", 1)
    head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return f"{head}><style>{STYLE}</style><defs>{PATTERNS}</defs>{body}"
