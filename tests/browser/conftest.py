"""A real Chromium on a real server, or a skip that says what is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright

from reciproque.territories import load
from reciproque.web.shared.basemap import build_base_map

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: install Debian's chromium")
    with FileLock(settings.HOME / "base-map.lock"):  # several processes may test at once
        load()
        build_base_map(settings.PUBLIC)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[1280, 390], ids=["desk", "phone"])
def screen(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.fixture
def tab(chromium: Browser, live_server, screen: int) -> Iterator[Page]:
    """A page on a desk and on a phone; any request to another host fails the test."""
    context = chromium.new_context(
        viewport={"width": screen, "height": 900}, base_url=live_server.url
    )
    page = context.new_page()
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("pageerror", lambda e: problems.append(str(e)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    yield page
    context.close()
    local = (live_server.url, "data:", "blob:")
    assert not [url for url in asked if not url.startswith(local)]
    assert problems == []


@pytest.fixture
def bare_tab(chromium: Browser, live_server) -> Iterator[Page]:
    """A page without JavaScript."""
    context = chromium.new_context(
        java_script_enabled=False, base_url=live_server.url, viewport={"width": 1280, "height": 900}
    )
    yield context.new_page()
    context.close()
