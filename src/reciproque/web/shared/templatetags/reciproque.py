"""Words and numbers in templates, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.urls import translate_url
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from markdown_it import MarkdownIt

from reciproque.kernel import Reason, State, Territory
from reciproque.reciprocity import say_quantity
from reciproque.vocabulary import indicators, label, say, say_number, say_round, say_source

register = template.Library()
NBSP = "\u00a0"


def lang() -> str:
    """The reader's language: "fr" or "en"."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


@register.filter
def exact(value: float | None, decimals: int = 0) -> str:
    """A number as written in the reader's language; a dash when it is not known."""
    return "–" if value is None else say_number(value, lang(), int(decimals))


@register.filter
def number(text: str) -> str:
    """A number of a vocabulary row, as written in the reader's language."""
    return say_number(float(text), lang())


@register.filter(expects_localtime=True)
def day(value: date | str | None) -> str:
    """A day as one writes it: "1er juin 2026", "1 June 2026"; an ISO text will do."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    written = date_format(value, "j F Y")
    return f"1er {written[2:]}" if lang() == "fr" and written.startswith("1 ") else written


@register.filter
def told(row: Mapping[str, str], column: str) -> str:
    """A column of a vocabulary row in the reader's language."""
    return row[f"{column}_{lang()}"]


@register.filter
def about(value: float | None) -> str:
    """A number as people say it."""
    return "–" if value is None else say_round(value, lang())


@register.filter
def percent(share: float) -> str:
    """A share of 0 to 1 in percent."""
    return say_number(100 * share, lang()) + ("%" if lang() == "en" else f"{NBSP}%")


@register.filter
def word(code: str, table: str) -> str:
    """The reader's word for a stored code: ``{{ t.kind|word:"kinds" }}``."""
    return label(table, str(code), lang())


@register.filter
def seen_by(thing: Any, visible: str = "") -> str:
    """Who reads a thing, in words: private is not for the same readers everywhere."""
    visible = visible or thing.visibility
    if visible == "private":
        return label("privacies", thing.private_to, lang())
    return label("visibilities", visible, lang())


@register.filter
def phrase(what: Reason | str) -> str:
    """The sentence of a reason or of a phrase key."""
    return say(what, lang())


@register.filter
def source_of(source: str) -> str:
    """Where a figure comes from, in the reader's language."""
    return say_source(source, lang())


@register.filter
def indicator_label(name: str) -> str:
    """The label of an indicator."""
    return indicators()[name].label(lang())


@register.filter
def kind_of(territory: Territory) -> str:
    """ "communauté de communes", "PETR", "commune": what a territory is."""
    if territory.nature:
        return label("natures", territory.nature, lang())
    return label("kinds", territory.kind, lang())


@register.filter
def people(territory: Territory) -> str:
    """ "77 000 habitants", or that it is not known."""
    if territory.population is None:
        return gettext("population non renseignée")
    return gettext("%(count)s habitants") % {"count": say_round(territory.population, lang())}


@register.filter
def communes(territory: Territory) -> str:
    """ "49 communes"."""
    if territory.communes == 1:
        return gettext("1 commune")
    return gettext("%(count)s communes") % {"count": say_number(territory.communes, lang())}


@register.filter
def unit_of(unit: str) -> str:
    """The unit of an indicator in the reader's language."""
    return label("indicator_units", unit, lang())


@register.filter
def value_with_unit(value: float | None, name: str) -> str:
    """An indicator's value with its decimals and unit."""
    if value is None:
        return "–"
    row = indicators()[name]
    space = "" if row.unit == "%" and lang() == "en" else NBSP
    return say_number(value, lang(), row.decimals) + space + unit_of(row.unit)


@register.filter
def state_mark(state: State | str) -> SafeString:
    """Whether a figure is observed or estimated, by texture and by word."""
    css = {"observed": "obs", "estimated": "est"}.get(str(state), "none")
    return format_html('<span class="st {}">{}</span>', css, label("states", str(state), lang()))


@register.filter
def quantity(thing: object) -> str:
    """ "92 t": the quantity of a commitment or a record, with its unit."""
    return say_quantity(thing.quantity, thing.unit, lang())  # type: ignore[attr-defined]


@register.filter
def kilograms(value: float | None) -> str:
    """A weight with its unit: "118,5 kg"; a dash when it is not known."""
    return "–" if value is None else say_quantity(value, "kg", lang())


@register.filter
def helps_of(stage: Mapping[str, str]) -> list[str]:
    """The lines of what usually helps at a stage."""
    return stage[f"helps_{lang()}"].split("|")


@register.filter
def get(found: Mapping[object, object], key: object) -> object:
    """What stands under a key, or nothing."""
    return found.get(key, ())


@register.filter
def markdown(text: str) -> SafeString:
    """A text written by people, as HTML; any HTML in it is shown, not obeyed."""
    return mark_safe(MarkdownIt("commonmark", {"html": False}).render(text))


@register.simple_tag(takes_context=True)
def same_page_in(context: Context, code: str) -> str:
    """The address of this very page in another language."""
    return translate_url(context["request"].get_full_path(), code)


@register.inclusion_tag("shared/_heads.html")
def heads(*words: str, num: str = "", act: bool = False) -> dict[str, object]:
    """The head of a table: its columns, those of numbers by their place (1 is the first).

    With ``act`` a last column, of what one can do with each row, that is heard and not seen.
    """
    right = {int(n) for n in num.split()}
    return {"columns": [(w, i in right) for i, w in enumerate(words, 1)], "act": act}


@register.simple_tag
def steps(*words: str) -> list[tuple[str, str]]:
    """The list (label, url) of ``shared/_trail.html``, from labels and urls in turn.

    The last label may stand without url: it is the page one is on.
    """
    return [(words[i], words[i + 1] if i + 1 < len(words) else "") for i in range(0, len(words), 2)]


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: object) -> str:
    """This page's query string with some parameters changed, or removed when ``None``."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return query.urlencode()


@register.filter
def slot(kept: list[int]) -> str:
    """A time of the week that comes back: "mercredi 14:00-16:00"."""
    weekday, start, end = kept
    return f"{WEEKDAYS[weekday]} {start // 60}:{start % 60:02d}–{end // 60}:{end % 60:02d}"
