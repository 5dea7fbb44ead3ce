"""Pictures drawn on the server as SVG: they work without JavaScript, print, and go into the PDF."""

from reciproque.web.shared.pictures._areas import Drawn, areas_map
from reciproque.web.shared.pictures._bars import bar, duo_bars, peer, score_bar
from reciproque.web.shared.pictures._france import Pin, france_map
from reciproque.web.shared.pictures._maps import Arc, flow_map, plain_map
from reciproque.web.shared.pictures._places import Link, Mark, places_map
from reciproque.web.shared.pictures._print import for_print
from reciproque.web.shared.pictures._promises import Promise, promise_lane
from reciproque.web.shared.pictures._ribbons import Lane, lane, mini
from reciproque.web.shared.pictures._series import series
from reciproque.web.shared.pictures._timeline import Bar, timeline

__all__ = [
    "Arc",
    "Bar",
    "Drawn",
    "Lane",
    "Link",
    "Mark",
    "Pin",
    "Promise",
    "areas_map",
    "bar",
    "duo_bars",
    "flow_map",
    "for_print",
    "france_map",
    "lane",
    "mini",
    "peer",
    "places_map",
    "plain_map",
    "promise_lane",
    "score_bar",
    "series",
    "timeline",
]
