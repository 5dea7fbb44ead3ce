"""Programs send anything: each endpoint answers, refuses in words, or says that there is nothing."""

import json
import math
import re
import uuid

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reciproque.web.accounts.actions import new_token
from reciproque.web.cooperations.models import Commitment, Record

QUICK = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["x", str(uuid.uuid4()), "0", "-1", "9" * 40, "é", "..", "actions", "1.5"]),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def paths() -> list[tuple[str, str]]:
    """Every address and verb of the description."""
    from reciproque.web.api import api

    described = api.get_openapi_schema()["paths"]
    return sorted((path, verb) for path, verbs in described.items() for verb in verbs)


def fields(path: str, verb: str) -> list[str]:
    """The names that the body of an endpoint is made of."""
    from reciproque.web.api import api

    whole = api.get_openapi_schema()
    body = whole["paths"][path][verb].get("requestBody")
    schema = body["content"]["application/json"]["schema"] if body else {}
    if "$ref" in schema:
        schema = whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return sorted(schema.get("properties", {}))


TYPED = st.one_of(
    st.sampled_from(["2026-03-01", "expertise", "h", "charter", "first", "# x", 1, 0, -1, 10**30]),
    st.sampled_from([float("nan"), float("inf"), "", "x" * 5000, "\x00", None, True, [], {}]),
    VALUES,
)


@pytest.fixture
def program(promised):
    """Calls as the left bank's facilitator; a failure of the server is an answer, not an exception."""
    token = new_token(promised.facilitator.person, "test")
    headers = {"Authorization": f"Bearer {token}"}
    promised.program = Client(headers=headers, raise_request_exception=False)
    return promised


def filled(path: str, world, data) -> str:
    known = {"slug": world.c.slug, "noun": "commitments", "key": str(world.m.pk)}
    while "{" in path:
        name = path[path.index("{") + 1 : path.index("}")]
        word = data.draw(st.just(known[name]) | WORDS) if name in known else data.draw(WORDS)
        path = path.replace("{" + name + "}", re.sub(r"[/{}?#]", "", word) or "x", 1)
    return path


@pytest.mark.parametrize(("path", "verb"), paths())
@QUICK
@given(data=st.data())
def test_whatever_a_program_sends_the_server_does_not_fail(program, path, verb, data) -> None:
    address = filled(path, program, data)
    query = data.draw(st.dictionaries(st.sampled_from(["offset", "limit", "way", "q", "km", "du"]), WORDS, max_size=2))  # fmt: skip
    send = getattr(program.program, verb)
    if verb == "get":
        response = send(address, query)
    else:
        names = fields(path, verb)
        known = {"giver": program.a, "receiver": program.b, "party": program.a, "lead": program.a}
        made = {n: data.draw(TYPED | st.just(str(getattr(known.get(n), "pk", "x")))) for n in names}
        if "changes" in made:
            made |= {
                "version": 1,
                "changes": {
                    data.draw(st.sampled_from(["title", "quantity", "due"])): data.draw(TYPED)
                },
            }
        body = json.dumps(made if names else data.draw(VALUES))
        response = send(address, body, content_type="application/json")
    assert response.status_code < 500, (verb, address, query)


@pytest.mark.parametrize(("path", "verb"), paths())
def test_nothing_opens_without_a_key(db, path, verb) -> None:
    for name in ("slug", "noun", "key", "number", "pk", "review", "kind"):
        path = path.replace("{" + name + "}", str(uuid.uuid4()))
    response = getattr(Client(), verb)(path)
    assert response.status_code in (401, 404)
    assert response.status_code == 401 or "{" in path


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "{}", "\x00", '{"a":' * 50])
@pytest.mark.parametrize("noun", ["commitments", "actions", "records"])
def test_a_body_that_is_none_is_refused_and_nothing_is_kept(program, noun, body) -> None:
    before = (Commitment.objects.count(), Record.objects.count())
    address = f"/api/cooperations/{program.c.slug}/{noun}"
    response = program.program.post(address, body, content_type="application/json")
    assert response.status_code in (400, 422)
    assert (Commitment.objects.count(), Record.objects.count()) == before


@pytest.mark.parametrize(
    "quantity", ["NaN", "Infinity", "-Infinity", "0", "-1", "1e400", '"x"', "null"]
)
@pytest.mark.parametrize("noun", ["commitments", "records"])
def test_a_quantity_that_is_no_quantity_is_never_written(program, noun, quantity) -> None:
    """JSON knows no NaN, but most programs write and read it."""
    body = {
        "title": "x", "giver": str(program.a.pk), "receiver": str(program.b.pk),
        "resource": "expertise", "quantity": 1, "unit": "h", "day": "2026-03-01",
    }  # fmt: skip
    text = json.dumps(body).replace('"quantity": 1', f'"quantity": {quantity}')
    address = f"/api/cooperations/{program.c.slug}/{noun}"
    response = program.program.post(address, text, content_type="application/json")
    assert response.status_code == 422
    assert Record.objects.count() == 0
    assert all(math.isfinite(c.quantity) for c in Commitment.objects.all())


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3), ("?limit=2", 2), ("?offset=1", 2), ("?offset=2&limit=5", 1), ("?offset=99", 0),
        ("?limit=0", 1), ("?limit=-4", 1), ("?offset=-7", 3), (f"?offset={'9' * 30}", 0),
        (f"?limit={'9' * 30}", 3),
    ],
)  # fmt: skip
def test_records_come_by_the_page_whatever_the_page(program, note, query, count) -> None:
    for day in ("2026-03-01", "2026-03-02", "2026-03-03"):
        note(day=day)
    response = program.program.get(f"/api/cooperations/{program.c.slug}/records{query}")
    assert response.status_code == 200
    assert len(response.json()) == count


@pytest.mark.parametrize("query", ["?limit=x", "?offset=1.5", "?limit=", "?offset=é"])
def test_a_page_that_is_no_number_is_refused(program, query) -> None:
    response = program.program.get(f"/api/cooperations/{program.c.slug}/records{query}")
    assert response.status_code == 422


def test_who_may_not_see_a_cooperation_cannot_tell_it_from_one_that_does_not_exist(
    promised,
) -> None:
    headers = {"Authorization": f"Bearer {new_token(promised.stranger.person, 't')}"}
    client = Client(headers=headers)
    answers = [
        client.get(f"/api/cooperations/{slug}{more}")
        for slug in (promised.c.slug, "nulle-part")
        for more in ("", "/balance")
    ]
    assert {a.status_code for a in answers} == {404}
