"""A large cooperation: its balance from the database, and twenty people who write at once.

SQLite by default; PostgreSQL where ``DATABASE_URL`` says so.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode

from _shared import empty_home, line, median_ms, plain_home

PARTIES, COMMITMENTS, RECORDS = 50, 2_000, 200_000
WRITERS, SECONDS = 20, int(os.environ.get("BENCH_SECONDS", "30"))


def setup() -> None:
    """A database of its own, beside the territories built once."""
    built = plain_home()
    from reciproque.territories import load

    load()
    home = empty_home()
    (home / "base").symlink_to(built / "base", target_is_directory=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "reciproque.web.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def large() -> object:
    """50 parties, 2,000 commitments, 200,000 records."""
    import random
    from datetime import date, timedelta

    from django.utils import timezone

    from reciproque.web.accounts.models import Actor, Mandate, Person
    from reciproque.web.cooperations.models import Commitment, Cooperation, Party, Record

    draw = random.Random(1)
    slug = f"bench-{uuid.uuid4().hex[:8]}"
    c = Cooperation.objects.create(slug=slug, name="Bench", started=date(2020, 1, 1))
    actors = Actor.objects.bulk_create(
        [Actor(name=f"Partie {i}", kind="epci") for i in range(PARTIES)]
    )
    parties = Party.objects.bulk_create([Party(cooperation=c, actor=a) for a in actors])
    person = Person.objects.create_user(f"{slug}@example.org")
    now = timezone.now()
    Mandate.objects.create(
        person=person, actor=actors[0], role="facilitator", confirmed=now, confirmed_by=person
    )
    resources = {
        "expertise": "h",
        "lentils": "t",
        "rooms": "day",
        "money": "eur",
        "data": "dataset",
    }
    commitments = []
    for i in range(COMMITMENTS):
        giver, receiver = draw.sample(parties, 2)
        resource = draw.choice(list(resources))
        commitments.append(
            Commitment(cooperation=c, title=f"E{i}", giver=giver, receiver=receiver, resource=resource,
                       quantity=draw.uniform(1, 99), unit=resources[resource], state="agreed",
                       due=date(2026, 1, 1) + timedelta(days=draw.randrange(900)))
        )  # fmt: skip
    Commitment.objects.bulk_create(commitments)
    rows = []
    for _ in range(RECORDS):
        m, amount = draw.choice(commitments), draw.uniform(0.1, 3)
        rows.append(
            Record(cooperation=c, commitment=m, giver=m.giver, receiver=m.receiver, resource=m.resource,
                   quantity=amount, unit=m.unit, amount=amount, entered_by_party=m.giver,
                   day=date(2020, 1, 1) + timedelta(days=draw.randrange(2200)), confirmed_flag=draw.random() < 0.8)
        )  # fmt: skip
    Record.objects.bulk_create(rows, batch_size=5_000)
    from django.db import connection

    with connection.cursor() as cursor:  # as autovacuum keeps a table that lives
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return c


def balance_speed(c: object) -> bool:
    """The balance as the page computes it: from the rows to pairs and shares returned."""
    from reciproque.web.cooperations.overview import Overview

    def once() -> object:
        seen = Overview(c)  # type: ignore[arg-type]
        return [seen.balance.returned(r) for r in seen.balance.resources], seen.balance.pairs()

    taken = median_ms(once, 15)
    line(
        f"  balance of {RECORDS:,} records, median", f"{taken:.0f} ms", "under 300 ms", taken < 300
    )
    return taken < 300


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write(
    port: int, slug: str, session: str, until: float, done: list[int], errors: list[str]
) -> None:
    """One person: open the form once, then post records until the bell."""
    from reciproque.web.cooperations.models import Cooperation

    path = f"/cooperations/{slug}/faits/nouveau/"
    a, b = list(Cooperation.objects.get(slug=slug).parties.all()[:2])
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request("GET", path, headers={"Cookie": f"sessionid={session}"})
    answer = link.getresponse()
    page = answer.read().decode()
    csrf = re.search(r"csrftoken=(\w+)", str(answer.headers))[1]  # type: ignore[index]
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]  # type: ignore[index]
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={csrf}", "Referer": f"http://127.0.0.1:{port}/",
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    while time.monotonic() < until:
        values = {
            "csrfmiddlewaretoken": token, "giver": a.pk, "receiver": b.pk, "resource": "expertise",
            "quantity": "1", "unit": "h", "day": "2026-01-15", "once": uuid.uuid4(),
        }  # fmt: skip
        link.request("POST", path, urlencode(values), headers)
        answer = link.getresponse()
        answer.read()
        if answer.status == 302:
            done.append(1)
        else:
            errors.append(str(answer.status))


def writers(c: object) -> bool:
    """Twenty people write records at once, through the server, for half a minute."""
    from django.test import Client

    from reciproque.web.accounts.models import Person
    from reciproque.web.cooperations.models import Record

    slug = c.slug  # type: ignore[attr-defined]
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(Person.objects.get(email=f"{slug}@example.org"), backend=backend)
    session, port = client.cookies["sessionid"].value, _free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--no-ws",
        "--host",
        "127.0.0.1",
    ]
    command += [
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        "1",
        "--log-level",
        "error",
    ]
    server = subprocess.Popen([*command, "reciproque.web.wsgi:application"])
    try:
        for _ in range(120):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.25)
        time.sleep(3)
        before = Record.objects.filter(cooperation=c).count()
        done: list[int] = []
        errors: list[str] = []
        until = time.monotonic() + SECONDS
        threads = [
            threading.Thread(target=_write, args=(port, slug, session, until, done, errors))
            for _ in range(WRITERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = Record.objects.filter(cooperation=c).count() - before
    finally:
        server.terminate()
        server.wait(20)
    fine = not errors and kept == len(done) and len(done) > 0
    line(f"  {WRITERS} people writing for {SECONDS} s: accepted", str(len(done)), "all kept", fine)
    line("  kept in the database", str(kept), "as many", kept == len(done))
    line("  errors", str(len(errors)), "0", not errors)
    return fine


def main() -> int:
    """Print the table; 1 when a goal is missed."""
    setup()
    from django.db import connection

    engine = connection.display_name
    print(f"a cooperation of {PARTIES} parties, {COMMITMENTS:,} commitments ({engine})")
    c = large()
    return 0 if all([balance_speed(c), writers(c)]) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
