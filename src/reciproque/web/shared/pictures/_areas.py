"""Living areas drawn over the boundaries they cross."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reciproque.web.shared.pictures._ground import HEIGHT, WIDTH, bounds, path, paths, projection
from reciproque.web.shared.pictures._maps import labels, scale_bar

DETAIL = 1.0  # pixels
MANY = 20  # areas in view from which borders are drawn thin
FIRST = 6  # of those, the names that a phone shows too
TINTS = 6  # fills of theme.css; neighbours are told apart by their border and name too


@dataclass(frozen=True)
class Drawn:
    """One area: its name, its outline in degrees and where its name stands."""

    name: str
    geometry: shapely.Geometry | None
    longitude: float
    latitude: float


def areas_map(
    areas: Sequence[Drawn],
    ground: Sequence[shapely.Geometry | None],
    over: Sequence[shapely.Geometry | None],
    around: shapely.Geometry | None,
    title: str,
    description: str,
    framed: int = 1,
) -> SafeString:
    """Areas in soft tints with a firm border and their names; thin lines of ``over`` on top of them.

    ``over`` are the boundaries that areas cross; ``around`` is the territory asked about, in bold.  The map frames
    it and the first ``framed`` areas.
    """
    known = [a for a in areas if a.geometry is not None]
    shown = [around, *(a.geometry for a in known[:framed])]
    box = bounds(shown, [])
    project, km = projection(box, WIDTH, HEIGHT)
    fills = format_html_join(
        "",
        '<path class="t{}" d="{}"/>',
        ((i % TINTS, d) for i, a in enumerate(known) if (d := path(a.geometry, project, DETAIL))),
    )
    named = [a for a in known if a.name]
    names = [
        (
            a.name,
            project(np.array([[a.longitude, a.latitude]]))[0],
            "strong" if framed <= MANY or i < FIRST else "minor",
        )
        for i, a in enumerate(named)
    ]
    return format_html(
        '<svg class="map areas{}" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>'
        '<rect class="ground" x="0" y="0" width="100%" height="100%"/>{}<g class="area">{}</g>{}{}{}{}</svg>',
        " whole" if framed > MANY else "",
        int(WIDTH),
        int(HEIGHT),
        title,
        description,
        paths(ground, project, "land"),
        fills,
        paths(over, project, "over"),
        paths([around], project, "around"),
        labels(names),
        scale_bar(km, HEIGHT),
    )
