"""Where a name begins with a vowel: « d’Eau de Paris », « de Sens »."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

from django.utils.translation import gettext as _

from reciproque.web.shared.templatetags.reciproque import lang

# vowels elide, but for the few words said as if a consonant stood first; y only before a consonant (Yvelines)
VOWEL = re.compile(
    r"(?!onz|oui\b|ouistiti|uhlan|ululement)(?:[aeiouœæ]|y(?![aeiou]))", re.IGNORECASE
)
# an h is silent in these beginnings; in any other it is left alone: « de Hautefort »
SILENT_H = re.compile(
    r"h(?:ab(?:it|ill)|armon|e(?:bdo|pta|rault|rbi|ritage|ure)|isto|iver|ommage|omme|onneur|opita|ospi|otel|uil(?!e?r)|uma|umid|ydr|ygi|yp[eno])",
    re.IGNORECASE,
)


def unbroken(text: str) -> str:
    """French signs stay with their word at the end of a line: « mot » : 3 % ; no other space changes.

    >>> unbroken("Tenu : 3 %") == "Tenu\\u00a0: 3\\u00a0%"
    True
    """
    return re.sub(r"(?<=«) | (?=[:;!?»%€])", "\u00a0", text)


def _plain(name: str) -> str:
    return "".join(c for c in normalize("NFD", name) if not combining(c))


def from_whom(name: str) -> str:
    """« de » before a name, elided in French where it is said so; "from" in English.

    >>> from django.utils.translation import override
    >>> with override("fr"):
    ...     from_whom("Eau de Paris"), from_whom("Sens"), from_whom("Hautefort")
    ('d’Eau de Paris', 'de Sens', 'de Hautefort')
    """
    start = _plain(name.lstrip('«“" \u00a0'))
    if lang() == "fr" and (VOWEL.match(start) or SILENT_H.match(start)):
        return f"d’{name}"
    return _("de %s") % name
