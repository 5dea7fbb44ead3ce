"""Three parties or more: a matrix of small ribbons, and one pair face to face at a time."""

import re
from datetime import date

import pytest

from reciproque.web.accounts.models import Actor
from reciproque.web.cooperations import actions, overview
from reciproque.web.cooperations.matrix import MOST, matrix
from reciproque.web.cooperations.models import Commitment, Party
from reciproque.web.cooperations.overview import Overview


def with_parties(world, n: int) -> list[Party]:
    """The two banks and others; each promises the next four hours."""
    parties = [world.a, world.b]
    for i in range(n - 2):
        actor = Actor.objects.create(name=f"Île {i}", kind="commune")
        parties.append(
            Party.objects.create(cooperation=world.c, actor=actor, since=world.c.started)
        )
    for giver, receiver in zip(parties, [*parties[1:], parties[0]], strict=True):
        Commitment.objects.create(
            cooperation=world.c, title="Appui", giver=giver, receiver=receiver, resource="expertise",
            quantity=4, unit="h", state="agreed",
        )  # fmt: skip
    return parties


@pytest.mark.parametrize(("n", "drawn"), [(2, False), (3, True), (MOST, True), (MOST + 1, True)])
def test_the_matrix_is_for_three_parties_or_more(world, n, drawn) -> None:
    with_parties(world, n)
    assert (matrix(Overview(world.c)) is not None) is drawn


def test_each_line_stands_in_the_row_of_who_gives(world) -> None:
    names = [p.actor.name for p in with_parties(world, 3)]
    found = matrix(Overview(world.c))
    assert list(found.names) == names
    for i, row in enumerate(found.rows):
        assert row.name == names[i]
        assert row.cells[i] is None
        assert [len(cell) for j, cell in enumerate(row.cells) if j == (i + 1) % 3] == [1]
        assert [len(cell) for j, cell in enumerate(row.cells) if j == (i + 2) % 3] == [0]


def test_one_pair_at_a_time_and_the_others_one_click_away(world) -> None:
    with_parties(world, 3)
    page = world.reader.get(world.url).content.decode()
    assert len(re.findall(r'<figure class="facing">', page)) == 1
    assert page.count('href="?paire=') == 3
    ids = re.findall(r'<clipPath id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 4
    other = world.reader.get(world.url + "?paire=2").content.decode()
    assert (
        re.search(r'<span class="side a">([^<]+) donne', other)[1]
        != re.search(r'<span class="side a">([^<]+) donne', page)[1]
        or 'class="chip on" href="?paire=2' in other
    )
    for odd in ("99", "-1", "x", "²", "9" * 30):
        assert world.reader.get(world.url + f"?paire={odd}").status_code == 200


def test_beyond_eight_the_others_stand_together_and_nothing_is_left_out(world) -> None:
    parties = with_parties(world, 12)
    for giver, receiver in ((parties[10], parties[11]), (parties[11], parties[0])):
        actions.note_record(
            world.c, by=None, for_party=giver, giver=giver, receiver=receiver, unit="h",
            resource="expertise", quantity=2.5, day=date(2026, 2, 1),
        )  # fmt: skip
    seen = Overview(world.c)
    found = matrix(seen)
    assert len(found.names) == len(found.rows) == MOST + 1
    assert found.names[-1] == "Les autres"
    assert found.others == 4
    # those with records are in, in order of arrival
    assert found.names[:2] == [parties[0].actor.name, parties[1].actor.name]
    assert found.names[-3:-1] == [parties[10].actor.name, parties[11].actor.name]
    drawn = [x.line for row in found.rows for cell in row.cells for x in cell or ()]
    for column in ("promised", "delivered", "unconfirmed", "records"):
        whole = sum(getattr(x, column) for x in seen.balance.lines)
        assert sum(getattr(x, column) for x in drawn) == pytest.approx(whole)
    page = world.reader.get(world.url).content.decode()
    assert "les 4 autres sont réunies" in page
    ids = re.findall(r'<clipPath id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_page_shows_two_hundred_lines_and_says_where_the_others_are(world, monkeypatch) -> None:
    monkeypatch.setattr(overview, "MOST_LANES", 5)
    with_parties(world, 12)
    page = world.reader.get(world.url).content.decode()
    assert "7 autres lignes sont dans le tableur" in page
