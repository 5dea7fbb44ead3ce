"""Begin with what one has: a spreadsheet of parties or of actions, shown before it is kept."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_ratelimit.core import is_ratelimited

from reciproque.web.cooperations import invitations, sheet_rows
from reciproque.web.cooperations.models import Cooperation, Party
from reciproque.web.cooperations.views.common import may, needs, page
from reciproque.web.shared import sheets

RIGHT = {"parties": "facilitate", "actions": "write"}
LETTERS = "100/h"
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
        good=sum(r.enters for r in rows), invites=any(r.invites for r in rows),
    )  # fmt: skip


def _keep(request: HttpRequest, cooperation: Cooperation, kind: str) -> HttpResponse:
    try:
        raw = signing.loads(request.POST["lignes"], salt="sheet", max_age=3600)
    except signing.BadSignature as error:
        raise Http404(kind) from error
    blank = {"problems": [], "twin": 0}
    rows = [sheets.Row(**{**r, **blank}) for r in raw if not r["problems"]]
    sheet_rows.check(kind, rows, cooperation)
    kept = sheet_rows.keep(
        kind, rows, cooperation, by=request.user, apart=_numbers(request, "autre")
    )
    n = kept.entered
    said = ngettext("%(n)s ligne est entrée.", "%(n)s lignes sont entrées.", n) % {"n": n}
    messages.success(request, said)
    _invite(request, [(kept.parties[r.number], r.values["email"]) for r in _ticked(request, rows)
                      if r.number in kept.parties])  # fmt: skip
    return redirect(TAB[kind], slug=cooperation.slug)


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(n) for n in request.POST.getlist(name) if n.isascii() and n.isdigit()}


def _ticked(request: HttpRequest, rows: list[sheets.Row]) -> list[sheets.Row]:
    numbers = _numbers(request, "inviter")
    return [r for r in rows if r.invites and r.number in numbers]


def _invite(request: HttpRequest, people: list[tuple[Party, str]]) -> None:
    """A letter to each person ticked, once; as many an hour as a mailbox bears."""
    address, sent = request.build_absolute_uri(reverse("invitations")), 0
    for party, email in people:
        if invitations.is_expected(party, email):
            continue
        if is_ratelimited(
            request, group="sheet-invitations", key="user", rate=LETTERS, increment=True
        ):
            messages.warning(
                request,
                _("Cent invitations au plus partent en une heure : invitez les autres plus tard."),
            )
            break
        invitations.invite(party, email, by=request.user, role="contributor", address=address)
        sent += 1
    if sent:
        said = ngettext("%(n)s invitation est partie.", "%(n)s invitations sont parties.", sent)
        messages.success(request, said % {"n": sent})
