"""Compile the translations with Babel, so that no system tool is needed.

``python -m reciproque.web.shared.compile_messages``; what is up to date is left alone.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parents[1] / "locale"


def compile_messages() -> int:
    """Compile each ``django.po`` newer than its ``django.mo``; returns how many were compiled."""
    done = 0
    for source in LOCALE.glob("*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as handle:
            catalog = read_po(handle, locale=source.parts[-3])
        with target.open("wb") as handle:
            write_mo(handle, catalog)
        done += 1
    return done


if __name__ == "__main__":
    print(f"translations: {compile_messages() or 'up to date'}")
