"""Files to take away: CSV, GeoJSON, PDF."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify

from reciproque.flows import links
from reciproque.kernel import Territory
from reciproque.partners import compare
from reciproque.partners import partners as rank
from reciproque.web.registry import dossiers, exports
from reciproque.web.registry.engine import registry, territory
from reciproque.web.registry.forms import PartnerForm
from reciproque.web.registry.portraits import FLOW_KINDS
from reciproque.web.registry.ties import usual_kind
from reciproque.web.registry.views.links import KINDS
from reciproque.web.shared.templatetags.reciproque import lang


def _flow(request: HttpRequest) -> str:
    asked = request.GET.get("flux", "")
    return asked if asked in FLOW_KINDS else FLOW_KINDS[0]


def _with(request: HttpRequest, found: Territory) -> str:
    asked = request.GET.get("avec", "")
    return asked if asked in KINDS else usual_kind(found)


def _of_two(
    view: Callable[[HttpRequest, Territory, Territory], HttpResponse],
) -> Callable[[HttpRequest, str, str], HttpResponse]:
    """A file about two territories; a territory beside itself is told by the page of the pair."""

    @wraps(view)
    def told(request: HttpRequest, a: str, b: str) -> HttpResponse:
        first, second = territory(a), territory(b)
        if first.code == second.code:
            return redirect("pair", a=a, b=b)
        return view(request, first, second)

    return told


def figures_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Every indicator of a territory."""
    return exports.figures(registry(), territory(code))


def links_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Every tie of a territory."""
    found = territory(code)
    frame = links(registry(), found, _flow(request), _with(request, found))
    return exports.csv_response(f"{found.name}-liens", frame.columns, frame.iter_rows())


def links_geojson(request: HttpRequest, code: str) -> HttpResponse:
    """The strongest ties of a territory as a map layer."""
    found = territory(code)
    rows = links(registry(), found, _flow(request), _with(request, found), n=20).iter_rows(
        named=True
    )
    return exports.ties(registry(), found, rows)


def outline(request: HttpRequest, code: str) -> HttpResponse:
    """A territory's outline."""
    found = territory(code)
    return exports.outlines(registry(), found.name, found)


def partners_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The list of partners with the filters of the address."""
    found, form = territory(code), PartnerForm(request.GET)
    ranked = rank(registry(), found, **form.question()) if form.is_valid() else []  # type: ignore[arg-type]
    rows = exports.partner_rows(ranked)
    return exports.csv_response(f"{found.name}-partenaires", exports.PARTNER_COLUMNS, rows)


@_of_two
def pair_csv(request: HttpRequest, first: Territory, second: Territory) -> HttpResponse:
    """The indicators of two territories."""
    states = (f"state {first.code}", f"state {second.code}")
    named = (f"{first.name} ({first.code})", f"{second.name} ({second.code})")
    columns = ("indicator", "label", *named, "median", "unit", *states, "source", "year")
    rows = exports.pair_rows(compare(registry(), first, second))
    return exports.csv_response(f"{first.name}-{second.name}", columns, rows)


@_of_two
def ribbons_csv(request: HttpRequest, first: Territory, second: Territory) -> HttpResponse:
    """What goes between two territories, both ways."""
    rows = exports.ribbon_rows(compare(registry(), first, second))
    return exports.csv_response(f"{first.name}-{second.name}-rubans", exports.RIBBON_COLUMNS, rows)


def members_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The members of a territory and what ties them."""
    found = territory(code)
    rows = exports.member_rows(registry(), found)
    return exports.csv_response(f"{found.name}-membres", exports.MEMBER_COLUMNS, rows)


def members_geojson(request: HttpRequest, code: str) -> HttpResponse:
    """The outlines of the members of a territory."""
    found = territory(code)
    members = registry().members_of(found)
    return exports.outlines(registry(), f"{found.name}-membres", *members)


@_of_two
def pair_geojson(request: HttpRequest, first: Territory, second: Territory) -> HttpResponse:
    """Both outlines."""
    return exports.outlines(registry(), f"{first.name}-{second.name}", first, second)


def _pdf(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slugify(name)}.pdf"'
    return response


def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """A territory's dossier, for print."""
    found = territory(code)
    return _pdf(f"dossier-{found.name}", dossiers.territory_dossier(registry(), found, lang()))


@_of_two
def pair_dossier(request: HttpRequest, first: Territory, second: Territory) -> HttpResponse:
    """The dossier of two territories, for print."""
    content = dossiers.pair_dossier(registry(), first, second, lang())
    return _pdf(f"dossier-{first.name}-{second.name}", content)
