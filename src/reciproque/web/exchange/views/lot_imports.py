"""Many lots at once: a spreadsheet, shown before it is kept."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext

from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.rules import my_parties
from reciproque.web.cooperations.views.common import needs
from reciproque.web.exchange import lot_sheets
from reciproque.web.exchange.views.common import refused
from reciproque.web.exchange.views.lots import lots_page
from reciproque.web.shared import sheets as files

SALT = "lots"


@needs("take_part")
def sheet(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Choose a file; see each row with what is wrong; keep the good ones."""
    if not my_parties(request.user, cooperation):
        return refused(request, visible=True)
    if packed := request.POST.get("lignes"):
        return _keep(request, cooperation, packed)
    rows: list[files.Row] = []
    problem, file = "", request.FILES.get("fichier")
    if file:
        try:
            data = file.read(files.LARGEST + 1)
            rows = files.read(lot_sheets.COLUMNS, lot_sheets.NEEDED, str(file.name), data)
            lot_sheets.read(rows, cooperation, my_parties(request.user, cooperation))
        except files.SheetError as error:
            problem = str(error)
    return lots_page(
        request, "lots_sheet", cooperation, rows=rows, problem=problem, needed=lot_sheets.NEEDED,
        columns={name: words[0] for name, words in lot_sheets.COLUMNS.items()},
        packed=files.packed(rows, SALT),
        good=sum(r.good and not r.known for r in rows),
    )  # fmt: skip


def _keep(request: HttpRequest, cooperation: Cooperation, packed: str) -> HttpResponse:
    try:
        rows = files.unpacked(packed, SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    mine = my_parties(request.user, cooperation)
    n = lot_sheets.keep(rows, cooperation, mine, by=request.user)
    said = ngettext("%(n)s lot est déclaré.", "%(n)s lots sont déclarés.", n) % {"n": n}
    messages.success(request, said)
    return redirect("lots", slug=cooperation.slug)
