"""Take the guide's screenshots from a running server, on a desk and on a phone.

``python docs/screenshots.py [address]``: the server must be open (``make run``).  Needs Debian's
Chromium.  ``RECIPROQUE_SESSION`` (the cookie of someone signed in who takes part in the examples)
adds the pages of the workspace.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent / "guide" / "images"
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
WIDTHS = {1280: 900, 390: 844}
PAGES = {
    "accueil": "/",
    "recherche": "/territoires/?q=selestat",
    "portrait": "/territoires/200069680/",
    "liens": "/territoires/200069680/liens/",
    "bassin": "/territoires/200069680/bassins/",
    "scenario": "/territoires/200069680/scenario/",
    "partenaires": "/territoires/200069680/partenaires/?type=epci&type=landkreis&type=petr",
    "face-a-face": "/face-a-face/67462/DE:08316/",
    "coalitions": "/territoires/200041762/coalitions/?habitants_min=150000&tenant=on",
    "composer": "/territoires/composer/?membre=200030526&membre=246700777",
    "donnees": "/donnees/",
    "cooperations": "/cooperations/",
    "mecenat": "/echanges/mecenat/",
}
WORKSPACE = {
    "cooperation": "/cooperations/nord-yonne-paris/",
    "signaux": "/cooperations/deux-rives/",
    "faits": "/cooperations/nord-yonne-paris/faits/",
    "lots": "/echanges/lots/ciel/",
    "filiere": "/echanges/filieres/vegetalpes/",
    "accord": "/cooperations/nord-yonne-paris/accord/1/",
}


def main(address: str = "http://127.0.0.1:8000", folder: Path = IMAGES, full: bool = False) -> None:
    """Write one JPEG for each page and width into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        session = os.environ.get("RECIPROQUE_SESSION")
        pages = {**PAGES, **(WORKSPACE if session else {})}
        for width, height in WIDTHS.items():
            context = browser.new_context(viewport={"width": width, "height": height})
            if session:
                context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
            page = context.new_page()
            for name, path in pages.items():
                page.goto(address + path, wait_until="networkidle")
                target = folder / f"{name}-{width}.jpg"
                page.screenshot(path=target, type="jpeg", quality=70, full_page=full)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:2])
