"""The agreement: the form proposed, the text, its versions, signatures and reviews."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reciproque.kernel import ReciproqueError
from reciproque.reciprocity import check_is_old, conditions_in_words, facts_of, forms, review_due
from reciproque.vocabulary import rows, say, table
from reciproque.web.cooperations import actions, agreements, reviewing
from reciproque.web.cooperations.forms import FactsForm, LeaveForm, SignatureForm, VersionForm
from reciproque.web.cooperations.models import Cooperation, Party, Review, Signature, Version
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.rules import my_parties, readable
from reciproque.web.cooperations.snapshot import snapshot
from reciproque.web.cooperations.texts import differences, draft, paired
from reciproque.web.cooperations.views.common import may, needs, page
from reciproque.web.shared.editing import told_values, with_their_version
from reciproque.web.shared.templatetags.reciproque import lang


@needs("take_part")
def agreement(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """The lightest form that suffices and why; versions; the next review."""
    what, today = snapshot(cooperation), timezone.localdate()
    facts = facts_of(what, today)
    versions = cooperation.versions.prefetch_related(
        "signatures__party__actor", "signatures__decision"
    )
    return page(
        request, "agreement", cooperation, tab="agreement", proposals=forms(facts), facts=facts,
        versions=versions, broken=agreements.verify_chain(cooperation), due=review_due(what),
        review=cooperation.reviews.filter(closed__isnull=True).first(), forms=table("forms"),
        old=[r for r in table("forms").values() if check_is_old(r["checked_on"], today)],
        signable=[p for p in my_parties(request.user, cooperation) if may(request, "sign", p)],
    )  # fmt: skip


@needs("write")
def facts(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """A few facts that the records do not say, on which the form depends."""
    form, theirs = (
        FactsForm(request.POST or None, facts=cooperation.facts, version=cooperation.version),
        [],
    )
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data["version"] or 0
        try:
            actions.note_facts(cooperation, form.facts(), by=request.user, expected=read)
            return redirect("agreement", slug=cooperation.slug)
        except actions.Changed as error:
            form = with_their_version(form, error.theirs)
            theirs = told_values(form, error.theirs.facts)
    title = _("Les faits dont dépend la forme")
    return page(
        request, "thing", cooperation, form=form, title=title, theirs=theirs, tab="agreement"
    )


@needs("take_part")
def scan(request: HttpRequest, cooperation: Cooperation, pk: int) -> FileResponse:
    """The signed copy, for the parties alone."""
    found = get_object_or_404(Signature, pk=pk, version__cooperation=cooperation)
    if not found.scan:
        raise Http404(pk)
    return FileResponse(found.scan.open("rb"), content_type="application/pdf")


def decision_table(request: HttpRequest) -> HttpResponse:
    """The published table that proposes a form, with the legal rows behind it."""
    from django.shortcuts import render

    today = timezone.localdate()
    rules = [(r["form"], conditions_in_words(r["conditions"], lang())) for r in rows("form_rules")]
    context = {
        "rules": rules, "forms": rows("forms"), "legal": rows("legal_rules"), "nav": "cooperations",
        "old": {
            r["id"] for name in ("forms", "legal_rules") for r in rows(name)
            if check_is_old(r["checked_on"], today)
        },
    }  # fmt: skip
    return render(request, "cooperations/forms.html", context)


@needs("write")
def new_version(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Assemble or edit the text, then keep it as a version."""
    last = cooperation.versions.first()
    proposed = forms(facts_of(snapshot(cooperation), timezone.localdate()))[0].form
    form_id = last.form if last else proposed
    fresh = not last or "neuf" in request.GET
    text = draft(cooperation, form_id, lang()) if fresh else last.text
    second = draft(cooperation, form_id, "en") if request.GET.get("seconde") == "en" else ""
    initial = {
        "second_text": second or (last.second_text if last else ""),
        "second_language": "en" if second else (last.second_language if last else ""),
        "form": form_id, "kind": "amendment" if last else "first", "text": text,
        "once": last.number if last else 0,
    }  # fmt: skip
    form = VersionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            expected = values.pop("once")
            kept = agreements.new_version(cooperation, expected=expected, by=request.user, **values)
            messages.success(
                request, _("La version %s est gardée. Chaque partie peut la signer.") % kept.number
            )
            return redirect("version", slug=cooperation.slug, number=kept.number)
        except agreements.Overtaken:
            form.data = form.data.copy()
            form.data["once"] = str(cooperation.versions.first().number)
            form.add_error(
                None,
                _(
                    "Une autre version vient d’être gardée. Votre texte est toujours ci-dessous : relisez-la, puis gardez la vôtre si elle doit suivre."
                ),
            )
    return page(request, "write_version", cooperation, form=form, tab="agreement", last=last)


@needs("take_part")
def version(request: HttpRequest, cooperation: Cooperation, number: int) -> HttpResponse:
    """A version, what changed since the one before, its signatures."""
    found = get_object_or_404(Version, cooperation=cooperation, number=number)
    before = cooperation.versions.filter(number=number - 1).first()
    signed = {s.party_id for s in found.signatures.all()}
    signable = [
        p
        for p in my_parties(request.user, cooperation)
        if p.pk not in signed and may(request, "sign", p)
    ]
    return page(
        request, "version", cooperation, tab="agreement", v=found, before=before, signable=signable,
        differences=differences(before, found) if before else [],
        beside=paired(found.text, found.second_text) if found.second_text else [],
        waiting=[p for p in cooperation.present() if p.pk not in signed],
    )  # fmt: skip


@needs("write")
def sign(request: HttpRequest, cooperation: Cooperation, number: int, key: Any) -> HttpResponse:
    """A party signs."""
    found = get_object_or_404(Version, cooperation=cooperation, number=number)
    party = get_object_or_404(Party, pk=key, cooperation=cooperation)
    if not may(request, "sign", party):
        return page(request, "no_right", cooperation, status=403)
    form = SignatureForm(request.POST or None, request.FILES or None, party=party)
    if request.method == "POST" and form.is_valid():
        signature = agreements.sign(found, party, by=request.user, **form.cleaned_data)
        if signature.irregular:
            messages.warning(
                request,
                _(
                    "Signature notée, et montrée comme irrégulière : la délibération n’était pas encore transmise ce jour-là."
                ),
            )
        else:
            messages.success(request, _("La signature est notée."))
        return redirect("version", slug=cooperation.slug, number=number)
    return page(
        request,
        "thing",
        cooperation,
        form=form,
        title=_("Signer pour %s") % party,
        tab="agreement",
        files=True,
    )


@needs("write")
def review(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """Each party rates its expectations and commitments, and says what changes."""
    if request.method == "POST" and "ouvrir" in request.POST:
        agreements.open_review(cooperation, by=request.user)
        actions.move_stage(cooperation, "review", by=request.user)
        return redirect("review", slug=cooperation.slug)
    found = cooperation.reviews.filter(closed__isnull=True).first()
    party = next(
        (
            p
            for p in my_parties(request.user, cooperation)
            if str(p.pk) == request.POST.get("partie")
        ),
        None,
    )
    kept = None
    if request.method == "POST" and found and party:
        kept = reviewing.keep(found, party, request.POST, by=request.user)
        if not any(row.problem for row in kept.rows):
            messages.success(request, _("Vos évaluations sont notées."))
            return redirect("review", slug=cooperation.slug)
    late = party and not found
    return page(
        request, "review", cooperation, tab="agreement", review=found, values=table("ratings"),
        expectations=readable(request.user, cooperation, cooperation.expectations.select_related("party__actor")),
        commitments=readable(request.user, cooperation, cooperation.commitments.exclude(state="proposed")), ratings=found.ratings.by_thing() if found else {},
        past=cooperation.reviews.filter(closed__isnull=False), forms=_said(request, cooperation, found, kept),
        late=reviewing.typed(cooperation, request.POST, request.user) if late else [],
    )  # fmt: skip


def _said(
    request: HttpRequest,
    cooperation: Cooperation,
    found: Review | None,
    kept: reviewing.Said | None,
) -> list[reviewing.Said]:
    """The form of each party one acts for; the one just sent as it was typed."""
    if found is None:
        return []
    return [
        kept if kept and kept.party == p else reviewing.said(found, p, request.user)
        for p in my_parties(request.user, cooperation)
    ]


@needs("facilitate")
@require_POST
def close_review(request: HttpRequest, cooperation: Cooperation) -> HttpResponse:
    """The review ends; the agreement goes on or a next version is written."""
    found = get_object_or_404(Review, cooperation=cooperation, closed__isnull=True)
    outcome = "version" if request.POST.get("suite") == "version" else "goes_on"
    agreements.close_review(found, outcome, by=request.user)
    actions.move_stage(cooperation, "act", by=request.user)
    if outcome == "version":
        return redirect(f"{cooperation.get_absolute_url()}accord/nouvelle/?neuf=1")
    messages.success(request, _("Le réexamen est clos : l’accord continue."))
    return redirect("agreement", slug=cooperation.slug)


@needs("write")
def leave(request: HttpRequest, cooperation: Cooperation, key: Any) -> HttpResponse:
    """Leave: see first what is still owed and what is kept."""
    party = get_object_or_404(Party, pk=key, cooperation=cooperation, until__isnull=True)
    if not may(request, "sign", party):
        return page(request, "no_right", cooperation, status=403)
    seen, mine = Overview(cooperation, also=[party]), str(party.pk)
    owes = [x for x in seen.undone if x.line.giver == mine]
    keeps = [x for x in seen.lanes if x.line.receiver == mine and x.line.delivered]
    form = LeaveForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave(party, by=request.user, **form.cleaned_data)
            messages.success(request, _("Le départ de %s est noté.") % party)
            return redirect("cooperations")
        except ReciproqueError as error:
            form.add_error("day", say(error, lang()))
    return page(
        request, "leave", cooperation, form=form, party=party, owes=owes, keeps=keeps, tab="people"
    )
