"""Many needs and offers at once: a spreadsheet, shown before it is kept."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_ratelimit.decorators import ratelimit

from reciproque.web.accounts.models import Actor
from reciproque.web.exchange import sheets
from reciproque.web.exchange.models import WishReport
from reciproque.web.exchange.rules import writing_actors
from reciproque.web.exchange.views.common import page, refused, wish_or_404
from reciproque.web.shared import sheets as files

SALT = "wishes"


@login_required
def sheet(request: HttpRequest) -> HttpResponse:
    """Choose a file; see each row with what is wrong; keep the good ones."""
    mine = list(writing_actors(request.user))
    if not mine:
        return refused(request, visible=True)
    if packed := request.POST.get("lignes"):
        return _keep(request, packed, mine)
    rows: list[files.Row] = []
    problem, file = "", request.FILES.get("fichier")
    if file:
        try:
            data = file.read(files.LARGEST + 1)
            rows = files.read(sheets.COLUMNS, sheets.NEEDED, str(file.name), data)
            sheets.check(rows, mine)
        except files.SheetError as error:
            problem = str(error)
    return page(
        request, "sheet", rows=rows, problem=problem, needed=sheets.NEEDED,
        columns={name: words[0] for name, words in sheets.COLUMNS.items()},
        packed=files.packed(rows, SALT),
        good=sum(r.good and not r.known for r in rows),
    )  # fmt: skip


def _keep(request: HttpRequest, packed: str, mine: list[Actor]) -> HttpResponse:
    try:
        rows = files.unpacked(packed, SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    sheets.check(rows, mine)
    n = sheets.keep(rows, mine, by=request.user)
    said = ngettext("%(n)s ligne est entrée.", "%(n)s lignes sont entrées.", n) % {"n": n}
    messages.success(request, said)
    return redirect("my-wishes")


@ratelimit(key="ip", rate="10/h", block=True)
@require_POST
def report(request: HttpRequest, key: object) -> HttpResponse:
    """Anyone who reads it says what is wrong; no account is needed."""
    wish = wish_or_404(request, key)
    if text := request.POST.get("texte", "").strip()[:1000]:
        WishReport.objects.create(wish=wish, text=text)
        messages.success(request, _("Merci. La personne qui administre ce site va regarder."))
    return redirect(wish)
