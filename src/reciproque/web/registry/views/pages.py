"""Pages of the documentation, read from the project's own Markdown."""

from __future__ import annotations

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

DOCS = Path(__file__).parents[2] / "registry" / "docs"
PAGES = {
    "methode": "methode-partenaires.md",
    "methode-liens": "methode-liens.md",
    "methode-scenarios": "methode-scenarios.md",
    "methode-coalitions": "methode-coalitions.md",
    "methode-bassins": "methode-bassins.md",
    "lexique": "lexicon.md",
    "accessibilite": "accessibilite.md",
    "dix-territoires": "dix-territoires.md",
}
ROOT = Path(__file__).parents[5] / "docs"


def _read(name: str) -> str:
    for folder in (ROOT, DOCS):
        if (folder / name).exists():
            return (folder / name).read_text(encoding="utf-8")
    raise Http404(name)


def _scrollable(html: str) -> str:
    """Wide tables and formulas scroll inside their own frame, which the keyboard reaches."""
    html = html.replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    return html.replace("</table>", "</table></div>")


def page(request: HttpRequest, page: str) -> HttpResponse:
    """One page of the documentation, by its name in the address."""
    if page not in PAGES:
        raise Http404(page)
    text = _read(PAGES[page])
    title = text.split("\n", 1)[0].lstrip("# ").strip()
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").use(anchors_plugin)
    body = mark_safe(_scrollable(markdown.render(text)))
    return render(request, "registry/page.html", {"title": title, "body": body, "nav": page})
