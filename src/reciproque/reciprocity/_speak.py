"""Signals and quantities in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reciproque.kernel import Signal
from reciproque.vocabulary import NBSP, say, say_number, table

NAMED = ("low", "high", "party", "rotate")


def say_quantity(quantity: float, unit: str, lang: str = "fr") -> str:
    """A quantity with its unit, singular up to under two in French, at one in English.

    >>> say_quantity(1.5, "day"), say_quantity(92, "t")
    ('1,5\\xa0jour', '92\\xa0t')
    """
    row = table("units")[unit]
    single = abs(quantity) < 2 if lang != "en" else quantity == 1
    rounded = round(quantity, 2)
    decimals = next(d for d in (0, 1, 2) if round(rounded, d) == rounded)
    word = row[f"one_{lang}"] if single else row[f"label_{lang}"]
    return say_number(rounded, lang, decimals) + NBSP + word


def _figures(
    signal: Signal, name_of: Callable[[str], str] | Mapping[str, str], lang: str
) -> dict[str, object]:
    name = name_of.get if isinstance(name_of, Mapping) else name_of
    figures: dict[str, object] = dict(signal.figures)
    for key in NAMED:
        if key in figures:
            figures[key] = name(str(figures[key])) or figures[key]
    if "unit" in figures:
        unit = str(figures["unit"])
        for key in ("delivered", "promised"):
            figures[key] = say_quantity(float(str(figures[key])), unit, lang)
    return figures


def explain_signal(
    signal: Signal, names: Callable[[str], str] | Mapping[str, str], lang: str = "fr"
) -> str:
    """The sentence of a signal; ``names`` turns a party's key into its name."""
    key = f"signal.{signal.rule}"
    if signal.rule == "one_sided" and "gives" in signal.figures:
        key += ".none"
    return say(key, lang, **_figures(signal, names, lang))


def todo_of_signal(
    signal: Signal, names: Callable[[str], str] | Mapping[str, str], lang: str = "fr"
) -> str:
    """What one can do about a signal."""
    return say(f"signal.{signal.rule}.todo", lang, **_figures(signal, names, lang))
