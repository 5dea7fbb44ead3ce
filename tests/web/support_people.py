"""People who act for organisations."""

from django.test import Client
from django.utils import timezone

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
