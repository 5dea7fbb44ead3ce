"""What became of the lots: kilograms by channel and by treatment, the share that serves again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reciproque.vocabulary import label, table
from reciproque.web.cooperations.office import safe
from reciproque.web.exchange.models import Lot, LotStep
from reciproque.web.shared.pictures import score_bar
from reciproque.web.shared.templatetags.reciproque import lang


@dataclass(frozen=True)
class ChannelLine:
    """A channel (empty: not routed yet): lots, kilograms announced and collected, waste or not."""

    channel: str
    waste: bool | None
    lots: int
    announced: float
    collected: float

    @property
    def bar(self) -> SafeString:
        """Collected, solid, in what was announced, outlined; the figures beside it say the same."""
        return score_bar(self.collected / self.announced)


@dataclass(frozen=True)
class Figures:
    """``treated`` are kilograms by treatment; ``reuse`` is the share (0 to 1) of what was treated."""

    channels: tuple[ChannelLine, ...]
    treated: tuple[tuple[str, float], ...]
    reuse: float | None

    @property
    def collected(self) -> float:
        return sum(line.collected for line in self.channels)

    @property
    def given(self) -> float:
        """Kilograms collected as gifts for reuse, which are no waste."""
        return sum(line.collected for line in self.channels if line.waste is False)

    @property
    def done(self) -> float:
        return sum(kilograms for _treatment, kilograms in self.treated)

    @property
    def left(self) -> float:
        """Kilograms collected and not treated yet."""
        return max(0.0, self.collected - self.done)


def _kilograms(lots: list[Lot]) -> tuple[dict[object, float], dict[str, float]]:
    """Collected by lot, treated by treatment, as the ledger has them now."""
    collected: dict[object, float] = {}
    treated: dict[str, float] = {}
    steps = LotStep.objects.with_records().filter(lot__in=lots, stage__in=("collected", "treated"))
    for step in steps:
        if step.stage == "collected":
            collected[step.lot_id] = collected.get(step.lot_id, 0.0) + step.kilograms
        else:
            treated[step.treatment] = treated.get(step.treatment, 0.0) + step.kilograms
    return collected, treated


def figures(found: Iterable[Lot]) -> Figures:
    """The figures of some lots; those withdrawn do not count."""
    lots = [lot for lot in found if lot.stage != "withdrawn"]
    collected, treated = _kilograms(lots)
    lines = []
    for channel in (*table("channels"), ""):
        here = [lot for lot in lots if lot.channel == channel]
        if here:
            waste = table("channels")[channel]["waste"] == "1" if channel else None
            kilograms = sum(collected.get(lot.pk, 0.0) for lot in here)
            announced = sum(lot.weight for lot in here)
            lines.append(ChannelLine(channel, waste, len(here), announced, kilograms))
    ordered = tuple((k, treated[k]) for k in table("lot_treatments") if k in treated)
    total = sum(treated.values())
    again = sum(v for k, v in ordered if table("lot_treatments")[k]["reuse"] == "1")
    return Figures(tuple(lines), ordered, again / total if total else None)


def _rows(found: Figures) -> list[list[object]]:
    """What the page shows, row by row."""
    rows: list[list[object]] = [
        [_("circuit"), _("nature"), _("lots"), _("kg annoncés"), _("kg collectés")]
    ]
    for line in found.channels:
        nature = "" if line.waste is None else _("déchet") if line.waste else _("don pour réemploi")
        name = label("channels", line.channel, lang()) if line.channel else _("pas encore orienté")
        rows.append([name, nature, line.lots, line.announced, line.collected])
    rows += [[], [_("traitement"), "", "", "", _("kg traités")]]
    rows += [[label("lot_treatments", k, lang()), "", "", "", v] for k, v in found.treated]
    if found.reuse is not None:
        rows.append([_("part qui ressert, en %"), "", "", "", round(100 * found.reuse, 1)])
    return rows


def _cell(value: object) -> object:
    """Figures as the reader's spreadsheet reads them."""
    if isinstance(value, float):
        return f"{value:g}".replace(".", "," if lang() == "fr" else ".")
    return safe(value)


def figures_csv(found: Figures) -> bytes:
    """The figures as CSV."""
    text = io.StringIO()
    rows = [[_cell(v) for v in row] for row in _rows(found)]
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return ("\ufeff" + text.getvalue()).encode()
