"""Endpoints, with the very rights of the pages; OpenAPI at ``/api/openapi.json``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import NinjaAPI, Status
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from reciproque.kernel import ReciproqueError
from reciproque.reciprocity import unit_of
from reciproque.vocabulary import say
from reciproque.web.accounts.actions import token_hash
from reciproque.web.accounts.models import ApiToken
from reciproque.web.api._agreeing import router as agreeing
from reciproque.web.api._common import cooperation_for, party_of
from reciproque.web.api._computing import computing, territories
from reciproque.web.api._exchange import router as exchange
from reciproque.web.api._lots import router as lots
from reciproque.web.api._mandates import router as mandates
from reciproque.web.api._patronage import router as patronage
from reciproque.web.api._reviewing import router as reviewing
from reciproque.web.api._rounds import router as rounds
from reciproque.web.api._schemas import (
    ActionIn,
    ActionOut,
    CommitmentIn,
    CommitmentOut,
    CooperationOut,
    LineOut,
    Problem,
    RecordIn,
    RecordOut,
    SignalOut,
)
from reciproque.web.api._settling import router as settling
from reciproque.web.api._things import router as things
from reciproque.web.api._together import router
from reciproque.web.cooperations import actions
from reciproque.web.cooperations.descriptions import describe
from reciproque.web.cooperations.models import (
    Action,
    Commitment,
    Cooperation,
    Record,
)
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.rules import (
    facilitates,
    may_change,
    may_see,
    may_write,
    my_parties,
    readable,
    takes_part,
    writes_for,
)


class Token(HttpBearer):
    """``Authorization: Bearer ...``: the person whose token it is."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = (
            ApiToken.objects.select_related("person").filter(secret_hash=token_hash(token)).first()
        )
        if found is None or not found.person.is_active:
            return None
        ApiToken.objects.filter(pk=found.pk).update(last_used=timezone.now())
        request.user = found.person
        return found.person


api = NinjaAPI(
    title="Réciproque", version="1", auth=Token(), urls_namespace="api", throttle=[AuthRateThrottle("1200/m")],
    description="Cooperations, what is promised and what is done. Rights are those of the person.",
)  # fmt: skip


@api.exception_handler(ReciproqueError)
def refused(request: HttpRequest, error: ReciproqueError) -> HttpResponse:
    """What makes no sense is said in both languages."""
    body = {"detail": say(error, "en"), "detail_fr": say(error, "fr"), "key": error.key}
    return api.create_response(request, body, status=422)


@api.get("/cooperations", response=list[CooperationOut])
def cooperations(request: HttpRequest) -> Any:
    """Those that the person may see."""
    return Cooperation.objects.visible_to(request.user).prefetch_related("parties__actor")


@api.get("/cooperations/{slug}", response=CooperationOut)
def cooperation(request: HttpRequest, slug: str) -> Any:
    """One of them."""
    return cooperation_for(request, slug, may_see)


@api.get("/cooperations/{slug}/balance", response=list[LineOut])
def balance(request: HttpRequest, slug: str) -> Any:
    """Promised, due, delivered, unconfirmed: by giver, receiver and resource, in its own unit.

    Counts what all the parties may read; for who is no party, what is public.
    """
    c = cooperation_for(request, slug, may_see)
    seen = Overview(c, circle="parties" if takes_part(request.user, c) else "public")
    return [
        {
            "giver": x.giver, "receiver": x.receiver, "giver_name": seen.names[x.giver],
            "receiver_name": seen.names[x.receiver], "resource": x.resource,
            "unit": unit_of(x.resource), "promised": x.promised, "due": x.due,
            "delivered": x.delivered, "unconfirmed": x.unconfirmed,
        }
        for x in seen.balance.lines
    ]  # fmt: skip


@api.get("/cooperations/{slug}/signals", response=list[SignalOut])
def signals(request: HttpRequest, slug: str) -> Any:
    """What asks for attention, with what to do."""
    return Overview(cooperation_for(request, slug, takes_part)).told


@api.get("/cooperations/{slug}/commitments", response=list[CommitmentOut])
def commitments(request: HttpRequest, slug: str) -> Any:
    """Who promised what."""
    c = cooperation_for(request, slug, takes_part)
    return readable(request.user, c, c.commitments.all())


@api.post("/cooperations/{slug}/commitments", response={201: CommitmentOut, 422: Problem})
def new_commitment(request: HttpRequest, slug: str, body: CommitmentIn) -> Any:
    """Propose a commitment."""
    c = cooperation_for(request, slug, may_write)
    values = body.dict()
    values |= {side: party_of(c, values[side]) for side in ("giver", "receiver")}
    thing = Commitment(cooperation=c, by=request.user, **values)
    if not may_change(request.user, thing):
        raise HttpError(403, "this binds other parties than yours")
    from reciproque.reciprocity import in_own_unit

    thing.for_engine()  # the noun refuses what makes no sense
    in_own_unit(thing.quantity, thing.unit, thing.resource)
    thing.save()
    return Status(201, thing)


@api.get("/cooperations/{slug}/actions", response=list[ActionOut])
def plan(request: HttpRequest, slug: str) -> Any:
    """What is planned."""
    c = cooperation_for(request, slug, takes_part)
    return readable(request.user, c, c.actions.all())


@api.post("/cooperations/{slug}/actions", response={201: ActionOut, 422: Problem})
def new_action(request: HttpRequest, slug: str, body: ActionIn) -> Any:
    """Add an action."""
    c = cooperation_for(request, slug, may_write)
    values = body.dict()
    values["lead"] = party_of(c, values["lead"])
    return Status(201, Action.objects.create(cooperation=c, by=request.user, **values))


@api.get("/cooperations/{slug}/records", response=list[RecordOut])
def records(request: HttpRequest, slug: str, offset: int = 0, limit: int = 500) -> Any:
    """What happened, latest first; ``limit`` at most 2,000."""
    c = cooperation_for(request, slug, takes_part)
    found = readable(request.user, c, c.records.all())
    first = min(max(0, offset), 1_000_000_000)  # a database counts no further than it can
    return found[first : first + min(max(1, limit), 2_000)]


@api.post("/cooperations/{slug}/records", response={201: RecordOut, 422: Problem})
def new_record(request: HttpRequest, slug: str, body: RecordIn) -> Any:
    """Write what happened; sending the same ``once`` again gives the same record."""
    c = cooperation_for(request, slug, may_write)
    values = body.dict()
    values |= {side: party_of(c, values[side]) for side in ("giver", "receiver")}
    key = values.pop("commitment")
    known = readable(request.user, c, c.commitments.all())
    values["commitment"] = get_object_or_404(known, pk=key) if key else None
    mine = my_parties(request.user, c)
    sides = [p for p in mine if p in (values["giver"], values["receiver"])]
    if not sides and not facilitates(request.user, c):
        raise HttpError(403, "it is for the giver or the receiver to note it")
    sides = sides or mine
    return Status(201, actions.note_record(c, by=request.user, for_party=sides[0], **values))


@api.post("/cooperations/{slug}/records/{key}/confirmation", response={200: RecordOut})
def confirm(request: HttpRequest, slug: str, key: UUID) -> Any:
    """The other side confirms."""
    c = cooperation_for(request, slug, may_write)
    record = get_object_or_404(Record, pk=key, cooperation=c)
    others = [p for p in (record.giver, record.receiver) if p != record.entered_by_party]
    if not any(writes_for(request.user, p) for p in others):
        raise HttpError(403, "it is for the other party to confirm")
    actions.confirm_record(record, by=request.user)
    record.refresh_from_db()
    return record


@api.get("/cooperations/{slug}/description.toml")
def description(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole as the file that ``reciproque check`` reads."""
    c = cooperation_for(request, slug, takes_part)
    return HttpResponse(
        describe(c, shared_only=True), content_type="application/toml; charset=utf-8"
    )


api.add_router("/exchange/lots", lots)
api.add_router("/exchange/rounds", rounds)
api.add_router("/exchange", exchange)
api.add_router("/exchange", computing)
api.add_router("/territories", territories)
api.add_router("/exchange", patronage)
api.add_router("/cooperations", router)
api.add_router("/cooperations", agreeing)
api.add_router("/cooperations", reviewing)
api.add_router("/cooperations", settling)
api.add_router("/cooperations", mandates)
api.add_router("/cooperations", things)  # last: its addresses are the widest
