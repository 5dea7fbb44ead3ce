"""The lines of a balance in words and in pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from reciproque.kernel import Line
from reciproque.reciprocity import Pair, say_quantity, unit_of
from reciproque.vocabulary import label
from reciproque.web.shared.french import from_whom
from reciproque.web.shared.pictures import Promise, promise_lane
from reciproque.web.shared.templatetags.reciproque import lang


@dataclass(frozen=True)
class Lane:
    """A line of the balance with its words and its drawing, made when they are looked at."""

    line: Line
    side: str
    key: str
    giver: str
    receiver: str

    def _say(self, quantity: float) -> str:
        return say_quantity(quantity, unit_of(self.line.resource), lang())

    @cached_property
    def resource(self) -> str:
        return label("resources", self.line.resource, lang())

    @cached_property
    def given(self) -> str:
        return self._say(self.line.delivered + self.line.unconfirmed)

    @property
    def promised(self) -> str:
        return self._say(self.line.promised) if self.line.promised else ""

    @property
    def due(self) -> str:
        return self._say(self.line.due)

    @property
    def unconfirmed(self) -> str:
        return self._say(self.line.unconfirmed) if self.line.unconfirmed else ""

    @property
    def picture(self) -> str:
        x = self.line
        said = _("%(resource)s, %(giver)s à %(receiver)s : %(given)s ; promis : %(promised)s.") % {
            "resource": self.resource, "giver": from_whom(self.giver), "receiver": self.receiver,
            "given": self.given, "promised": self._say(x.promised),
        }  # fmt: skip
        return promise_lane(
            Promise(self.key, self.side, x.promised, x.delivered, x.unconfirmed, said)
        )


@dataclass(frozen=True)
class Facing:
    """Two parties face to face, and what goes between them."""

    a: str
    b: str
    lanes: Sequence[Lane]
    pair: Pair
    dominant: str
