"""Ask for proposals, read them with their reasons, adjust, compare, send, answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from reciproque.kernel import ReciproqueError
from reciproque.vocabulary import say, table
from reciproque.web.exchange import proposals as actions
from reciproque.web.exchange.chains import Link, links, steps_of, used
from reciproque.web.exchange.forms import AnswerForm, AskForm
from reciproque.web.exchange.letters import waiting_for
from reciproque.web.exchange.maps import proposals_map
from reciproque.web.exchange.mentoring import can_be_followed
from reciproque.web.exchange.models import Matching, Proposal, Wish, as_reason
from reciproque.web.exchange.runs import beside, told
from reciproque.web.exchange.tasks import offer_to_next, run_matching
from reciproque.web.exchange.views.common import may, page, refused, wish_or_404
from reciproque.web.shared.templatetags.reciproque import lang

FACTORS = ("0", "2")  # a step left out, or twice as large
WEIGHTS = (0.5, 1.0, 2.0)


def _started(asked: Matching) -> HttpResponse:
    asked.save()
    run_matching.enqueue(str(asked.pk))
    return redirect(asked)


@login_required
@require_POST
def for_wish(request: HttpRequest, key: Any) -> HttpResponse:
    """Proposals for one need or one offer."""
    way = request.POST.get("way", "")
    asked = Matching(wish=wish_or_404(request, key), way=way, by=request.user)
    if not may(request, "ask", asked) or way not in table("matching_ways"):
        return refused(request, visible=True)
    return _started(asked)


@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Proposals for a theme, or between the parties of a cooperation; those asked before."""
    form = AskForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        v = form.cleaned_data
        asked = Matching(
            theme=v.get("theme") or "", cooperation=v["cooperation"], way=v["way"],
            actor=form.actor, by=request.user,
        )  # fmt: skip
        if may(request, "ask", asked):
            return _started(asked)
        form.add_error(None, _("Vous pouvez lire cette coopération, pas y écrire."))
    before = Matching.objects.filter(by=request.user).select_related("wish", "cooperation")[:20]
    return page(request, "ask", form=form, before=before)


def _asked(request: HttpRequest, key: Any) -> Matching:
    found = get_object_or_404(Matching.objects.select_related("wish__actor", "cooperation"), pk=key)
    if not (request.user.is_authenticated and may(request, "ask", found)):
        raise Http404(key)
    return found


@login_required
def matching(request: HttpRequest, key: Any) -> HttpResponse:
    """What was proposed and why, on a map and in a table; what was refused, and the first reason."""
    asked = _asked(request, key)
    found = list(asked.proposals.with_sides())
    failure = asked.failure
    return page(
        request, "matching", m=asked, proposals=found, map=proposals_map(found), told=told(asked),
        problem=say(ReciproqueError(failure["key"], **failure["figures"]), lang()) if failure else "",
        refusals=_refusals(request, asked), unserved=_unserved(asked), weights=WEIGHTS,
        pinned=asked.pairs("pin"), weighed=asked.weights(),
        links=[as_reason(r) for r in asked.result.get("links", [])],
        notes=[as_reason(r) for r in asked.result.get("notes", [])],
        others=[m for m in (asked.before, *asked.after.all()) if m],
        drafts=sum(p.state == "draft" for p in found),
        used=used(asked, found) if asked.chained else (),
    )  # fmt: skip


def _refusals(request: HttpRequest, asked: Matching) -> list[tuple[Wish, Wish, Any]]:
    """The pairs refused whose two sides the reader may see."""
    kept = asked.result.get("refusals", [])
    known = {
        str(w.pk): w
        for w in Wish.objects.filter(pk__in={k for r in kept for k in r[:2]}).select_related(
            "actor"
        )
    }
    seen = {key for key, wish in known.items() if may(request, "see", wish)}
    return [(known[n], known[o], as_reason(r)) for n, o, r in kept if n in seen and o in seen]


def _unserved(asked: Matching) -> list[tuple[Wish, float]]:
    unmet = {k: v for k, v in asked.result.get("unmet", {}).items() if v > 0}
    return [
        (w, unmet[str(w.pk)]) for w in Wish.objects.filter(pk__in=unmet).select_related("actor")
    ]


@login_required
@require_POST
def adjust(request: HttpRequest, key: Any) -> HttpResponse:
    """Pin, forbid or weigh pairs, and run again; the run before stays, to be compared."""
    asked = _asked(request, key)
    pins, bans, weights = asked.pairs("pin"), asked.pairs("forbid"), asked.weights()
    for proposal in asked.proposals.all():
        said = request.POST.get(f"p-{proposal.pk}", "")
        pins.discard(proposal.pair)
        if said == "pin":
            pins.add(proposal.pair)
        elif said == "forbid":
            bans.add(proposal.pair)
        elif said in {f"{w:g}" for w in WEIGHTS}:
            weights[proposal.pair] = float(said)
    steps = (
        {str(s.pk): request.POST.get(f"s-{s.pk}") for s in steps_of(asked)} if asked.chained else {}
    )
    adjusted = {
        "steps": [[key, float(said)] for key, said in steps.items() if said in FACTORS],
        "pin": sorted(map(list, pins)), "forbid": sorted(map(list, bans)),
        "weigh": sorted([n, o, w] for (n, o), w in weights.items() if w != 1.0),
    }  # fmt: skip
    again = Matching(
        wish=asked.wish, theme=asked.theme, cooperation=asked.cooperation, actor=asked.actor,
        way=asked.way, before=asked, adjusted=adjusted, by=request.user,
    )  # fmt: skip
    return _started(again)


@login_required
def compare(request: HttpRequest, key: Any) -> HttpResponse:
    """Two runs side by side: what each amounts to, and what changed pair by pair."""
    asked = _asked(request, key)
    try:
        other = _asked(request, request.GET.get("avec"))
    except ValidationError as error:
        raise Http404 from error
    return page(
        request, "compare", before=other, after=asked, told=(told(other), told(asked)),
        rows=beside(other, asked),
    )  # fmt: skip


@login_required
@require_POST
def send(request: HttpRequest, key: Any) -> HttpResponse:
    """Propose to both sides those that were ticked."""
    asked = _asked(request, key)
    chosen = asked.proposals.with_sides().filter(pk__in=request.POST.getlist("proposition"))
    try:
        n = actions.send(chosen, by=request.user)
    except ReciproqueError as error:
        messages.error(request, say(error, lang()))
        return redirect(asked)
    said = ngettext("%(n)s proposition est partie.", "%(n)s propositions sont parties.", n)
    messages.success(request, said % {"n": n})
    return redirect(asked)


def _proposal(request: HttpRequest, key: Any) -> Proposal:
    found = get_object_or_404(Proposal.objects.with_sides(), pk=key)
    if not (request.user.is_authenticated and may(request, "read_proposal", found)):
        raise Http404(key)
    return found


@login_required
def proposal(request: HttpRequest, key: Any) -> HttpResponse:
    """One proposal, its reasons, and the answer of one's side."""
    found = _proposal(request, key)
    sides = actions.sides_of(request.user, found) if may(request, "answer", found) else []
    open_sides = [s for s in sides if not getattr(found, f"{s}_accepted")]
    typed = request.POST if request.method == "POST" else None  # it may have no field at all
    form = AnswerForm(typed, proposal=found, person=request.user)
    if request.method == "POST" and open_sides and form.is_valid():
        try:
            done = actions.accept(found, by=request.user, **form.cleaned_data)
            said = (
                _("C’est convenu des deux côtés.")
                if done
                else _("C’est noté. L’autre côté est invité à répondre.")
            )
            messages.success(request, said)
            return redirect(found)
        except ReciproqueError as error:
            form.add_error(None, say(error, lang()))
    return page(
        request, "proposal", p=found, form=form, open=found.state == "sent" and open_sides,
        **_course(request, found, sides),
        map=proposals_map([found]), links=_links(found), followable=sides and can_be_followed(found),
    )  # fmt: skip


def _course(request: HttpRequest, found: Proposal, sides: list[str]) -> dict[str, Any]:
    """Who is awaited; once it is over, what was proposed instead, or where to ask again."""
    if found.state == "sent":
        return {"awaited": [a for a in waiting_for(found) if a]}
    if found.state in ("declined", "lapsed"):
        wish = getattr(found, sides[0]) if sides else None
        return {"after": actions.offered_next(found, request.user), "again": wish}
    return {}


def _links(found: Proposal) -> list[Link]:
    """The links of a chain; none where it goes straight, or where a step is gone."""
    try:
        return links(found) if found.through else []
    except ReciproqueError:
        return []


@login_required
@require_POST
def decline(request: HttpRequest, key: Any) -> HttpResponse:
    """No, for one's side; the side that had accepted is offered the next."""
    found = _proposal(request, key)
    if actions.decline(found, by=request.user):
        offer_to_next.enqueue(str(found.pk))
        messages.success(request, _("C’est noté. Rien n’est convenu."))
    return redirect("my-wishes")
