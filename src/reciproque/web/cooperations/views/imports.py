"""Begin with what one has: a spreadsheet of parties or of actions, shown before it is kept."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext

from reciproque.web.cooperations import sheet_rows
from reciproque.web.cooperations.models import Cooperation
from reciproque.web.cooperations.views.common import may, needs, page
from reciproque.web.shared import sheets

RIGHT = {"parties": "facilitate", "actions": "write"}
TAB = {"parties": "people", "actions": "plan"}


@needs("write")
def sheet(request: HttpRequest, cooperation: Cooperation, kind: str) -> HttpResponse:
    """Choose a file; see each row with what is wrong; keep the good ones."""
    if kind not in RIGHT:
        raise Http404(kind)
    if not may(request, RIGHT[kind], cooperation):
        return page(request, "no_right", cooperation, status=403)
    if request.method == "POST" and request.POST.get("lignes"):
        return _keep(request, cooperation, kind)
    columns, needed = sheet_rows.COLUMNS[kind], sheet_rows.NEEDED[kind]
    rows: list[sheets.Row] = []
    problem, file = "", request.FILES.get("fichier")
    if file:
        try:
            data = file.read(sheets.LARGEST + 1)
            rows = sheets.read(columns, needed, str(file.name), data)
            sheet_rows.check(kind, rows, cooperation)
        except sheets.SheetError as error:
            problem = str(error)
    return page(
        request, "sheet", cooperation, tab=TAB[kind], kind=kind, rows=rows, problem=problem,
        columns={name: words[0] for name, words in columns.items()}, needed=needed,
        packed=signing.dumps([asdict(r) for r in rows], salt="sheet", compress=True) if rows else "",
        good=sum(r.enters for r in rows),
    )  # fmt: skip


def _keep(request: HttpRequest, cooperation: Cooperation, kind: str) -> HttpResponse:
    try:
        raw = signing.loads(request.POST["lignes"], salt="sheet", max_age=3600)
    except signing.BadSignature as error:
        raise Http404(kind) from error
    blank = {"problems": [], "twin": 0}
    rows = [sheets.Row(**{**r, **blank}) for r in raw if not r["problems"]]
    sheet_rows.check(kind, rows, cooperation)
    apart = {int(n) for n in request.POST.getlist("autre") if n.isascii() and n.isdigit()}
    n = sheet_rows.keep(kind, rows, cooperation, by=request.user, apart=apart)
    said = ngettext("%(n)s ligne est entrée.", "%(n)s lignes sont entrées.", n) % {"n": n}
    messages.success(request, said)
    return redirect(TAB[kind], slug=cooperation.slug)
