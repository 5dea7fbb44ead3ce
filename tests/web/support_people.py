"""People who act for organisations, on pages and by programs."""

import json
from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from reciproque.web.accounts.actions import new_token
from reciproque.web.accounts.models import Actor, Mandate, Person


def acting(name: str, actor: Actor | None, role: str = "contributor") -> Client:
    """A signed-in client; its person is ``client.person``."""
    person = Person.objects.create_user(f"{name}@example.org", name=name)
    if actor:
        Mandate.objects.create(
            person=person, actor=actor, role=role, confirmed=timezone.now(), confirmed_by=person
        )
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.person = person
    return client


def programs(people: object, root: str) -> Callable[..., object]:
    """Call the API under ``root`` as one of ``people``: ``call(who, method, path, body)``."""

    def call(who: str, method: str, path: str = "", body: object = None):
        headers = {"Authorization": f"Bearer {new_token(getattr(people, who).person, 'test')}"}
        send = getattr(Client(headers=headers), method)
        if body is None:
            return send(f"{root}{path}")
        data = json.dumps(body, default=str)
        return send(f"{root}{path}", data, content_type="application/json")

    return call
