"""The list, the start, and the tabs of a cooperation."""

from __future__ import annotations

from functools import partial

from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_POST

from reciproque.vocabulary import table
from reciproque.web.cooperations import actions
from reciproque.web.cooperations.forms import CooperationForm, StartForm
from reciproque.web.cooperations.funding import counted, funding_plan
from reciproque.web.cooperations.journal import journal as journal_of
from reciproque.web.cooperations.matrix import matrix
from reciproque.web.cooperations.models import Cooperation, Expectation
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.plans import plan_picture, where
from reciproque.web.cooperations.rules import readable
from reciproque.web.cooperations.views.common import may, needs, page
from reciproque.web.cooperations.views.evaluation import shown
from reciproque.web.shared.editing import told, with_their_version


def cooperations(request: HttpRequest) -> HttpResponse:
    """Mine first, then those that everyone may see."""
    everyone = Cooperation.objects.visible_to(request.user).prefetch_related("parties__actor")
    mine = (
        Cooperation.objects.of(request.user) if request.user.is_authenticated else everyone.none()
    )
    ids = set(mine.values_list("pk", flat=True))
    context = {
        "mine": [c for c in everyone if c.pk in ids],
        "others": [c for c in everyone if c.pk not in ids],
        "nav": "cooperations",
    }
    return render(request, "cooperations/list.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Start a cooperation, from a territory's partner page or from nothing."""
    if not request.user.actors().exists():
        messages.info(request, _("D’abord, dites pour quelle structure vous agissez."))
        return redirect("/compte/structures/nouvelle/?suite=cooperation")
    perimeter = ", ".join(filter(None, (request.GET.get("avec"), request.GET.get("de"))))
    initial = {"perimeter": perimeter, "why": request.GET.get("pourquoi", "")[:500]}
    form = StartForm(request.POST or None, person=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {k: v for k, v in form.cleaned_data.items() if k != "version"}
        found = actions.start(by=request.user, **values)
        messages.success(
            request, _("La coopération est ouverte. Ajoutez maintenant la partie d’en face.")
        )
        return redirect("people", slug=found.slug)
    return render(request, "cooperations/new.html", {"form": form, "nav": "cooperations"})


@needs("facilitate")
def settings(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Name, reasons, perimeter, visibility."""
    form, theirs = CooperationForm(request.POST or None, instance=cooperation), None
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep(form, by=request.user)
            return redirect(cooperation)
        except actions.Changed as error:
            theirs, form = error.theirs, with_their_version(form, error.theirs)
    title = _("Ce qu’est cette coopération")
    return page(request, "thing", cooperation, form=form, title=title, theirs=told(form, theirs))


def _seen(request: HttpRequest, cooperation: Cooperation, circle: str = "parties") -> Overview:
    """With or without what is not confirmed, and the pair one looks at."""
    asked = request.GET.get("paire", "")
    pair = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    return Overview(cooperation, sure_only="sur" in request.GET, pair=pair, circle=circle)


@needs("see")
def overview(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Stage, promised and kept, signals, dates, expectations."""
    if not may(request, "take_part", cooperation):
        return redirect("public", slug=cooperation.slug)
    seen = _seen(request, cooperation)
    moves = list(cooperation.stage_changes.all())
    changes = {"spot": cooperation.started} | {s.after: s.day for s in moves}
    stages = list(table("stages"))
    now = stages.index(cooperation.stage)
    steps = [(key, changes.get(key), i < now, i == now) for i, key in enumerate(stages)]
    helps = table("stages")[cooperation.stage]
    return page(
        request, "overview", cooperation, tab="overview", seen=seen, steps=steps, helps=helps, moves=moves,
        expectations=_readable(request, cooperation), where=where(cooperation),
        matrix=matrix(seen),
    )  # fmt: skip


def by_party(cooperation: Cooperation, found: list[Expectation]) -> list[Expectation]:
    """Each party's words together, the parties in the order they came: a side keeps its colour."""
    order = {pk: i for i, pk in enumerate(cooperation.parties.values_list("pk", flat=True))}
    return sorted(found, key=lambda e: order[e.party_id])


def _readable(request: HttpRequest, cooperation: Cooperation) -> list[Expectation]:
    found = cooperation.expectations.select_related("party__actor").prefetch_related(
        "answers__party__actor"
    )
    return by_party(cooperation, list(readable(request.user, cooperation, found)))


@needs("take_part")
def expectations(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """What each hopes for, brings, fears; and the answers."""
    return page(
        request,
        "expectations",
        cooperation,
        tab="expectations",
        expectations=_readable(request, cooperation),
    )


@needs("take_part")
def plan(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Actions by axis on a line of time, and the funding plan."""
    found = cooperation.actions.select_related("lead__actor").prefetch_related("partners__actor")
    mine = partial(readable, request.user, cooperation)
    found = list(mine(found))
    return page(
        request, "plan", cooperation, tab="plan", actions=found, picture=plan_picture(found),
        costs=counted(mine(cooperation.costs.all())), sources=mine(cooperation.sources.all()),
        funding=funding_plan(cooperation),
    )  # fmt: skip


@needs("take_part")
def ledger(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Commitments, records to confirm, the balance without what is not confirmed."""
    mine = partial(readable, request.user, cooperation)
    records = mine(cooperation.records.select_related(
        "giver__actor", "receiver__actor", "commitment", "entered_by_party__actor", "corrects", "correction"
    ))  # fmt: skip
    commitments = mine(cooperation.commitments.select_related("giver__actor", "receiver__actor"))
    apart = commitments.filter(visibility="private").exists()
    return page(
        request, "ledger", cooperation, tab="ledger", seen=Overview(cooperation),
        records=records[:200], total=records.count(), commitments=commitments,
        apart=apart or records.filter(visibility="private").exists(),
    )  # fmt: skip


@needs("take_part")
def meetings(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Meetings and decisions."""
    mine = partial(readable, request.user, cooperation)
    decisions = mine(cooperation.decisions.select_related("party__actor"))
    found = mine(cooperation.meetings.select_related("lead__actor")).prefetch_related(
        "attendances__party__actor", Prefetch("decisions", decisions)
    )
    with_meeting = decisions.prefetch_related(Prefetch("meeting", mine(cooperation.meetings.all())))
    return page(
        request, "meetings", cooperation, tab="meetings", meetings=found, decisions=with_meeting,
        today=timezone.localdate(),
    )  # fmt: skip


@needs("take_part")
def journal(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Who changed what, when: readable by those concerned."""
    return page(
        request,
        "journal",
        cooperation,
        tab="journal",
        entries=journal_of(cooperation, request.user)[:200],
    )


@needs("write")
@require_POST
def stage(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Another stage, forward or back."""
    asked = request.POST.get("etape", "")
    if asked in table("stages"):
        actions.move_stage(cooperation, asked, by=request.user)
    return redirect(cooperation)


def _public(request: HttpRequest, cooperation: Cooperation, name: str) -> HttpResponse:
    expectations = cooperation.expectations.shown("public").select_related("party__actor")
    done = cooperation.actions.shown("public").filter(done__isnull=False)
    seen = _seen(request, cooperation, "public")
    costs = counted(cooperation.costs.shown("public"))
    sources = cooperation.sources.shown("public")
    return page(
        request, name, cooperation, seen=seen, done=done.select_related("lead__actor"),
        costs=costs, sources=sources, funding=funding_plan(cooperation, "public"),
        expectations=by_party(cooperation, list(expectations)),
        shown=shown(cooperation.followed.shown("public").prefetch_related("readings")), matrix=matrix(seen),
    )  # fmt: skip


@needs("see")
def public(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """What it is, who, figures with sources, what was done: for everyone."""
    return _public(request, cooperation, "public")


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@needs("see")
def embed(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """The same in short, to stand in another site."""
    return _public(request, cooperation, "embed")
