"""What is written for people holds together: links lead somewhere, pictures are there, each page is listed once."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
PAGES = sorted(
    p for p in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md"))
)
GUIDE = ROOT / "docs" / "guide"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_and_picture_of_a_document_exists(page: Path) -> None:
    found = [a for a in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in a]
    missing = [a for a in found if not a.startswith("mailto:") and not (page.parent / a).exists()]
    assert missing == []


def test_the_guide_lists_each_of_its_pages_once_and_in_a_row() -> None:
    text = (GUIDE / "index.md").read_text(encoding="utf-8")
    listed = re.findall(r"^(\d+)\. \[[^\]]+\]\(([a-z-]+\.md)\)", text, re.M)
    assert [int(number) for number, _ in listed] == list(range(1, len(listed) + 1))
    assert sorted(page for _, page in listed) == sorted(
        p.name for p in GUIDE.glob("*.md") if p.name != "index.md"
    )


def test_no_picture_of_the_guide_is_left_over() -> None:
    written = "".join(p.read_text(encoding="utf-8") for p in PAGES)
    images = sorted(p.name for p in (GUIDE / "images").iterdir())
    assert [name for name in images if name not in written] == []


def test_decisions_are_numbered_in_a_row() -> None:
    numbers = sorted(int(p.name[:4]) for p in (ROOT / "docs" / "adr").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("page", [p for p in PAGES if p.name != "lexicon.md"], ids=lambda p: str(p.relative_to(ROOT)))  # fmt: skip
def test_no_paragraph_stands_twice(page: Path) -> None:
    blocks = [b.strip() for b in page.read_text(encoding="utf-8").split("\n\n")]
    long = [b for b in blocks if len(b) > 120 and not b.startswith("```")]
    assert sorted(b for b in set(long) if long.count(b) > 1) == []
