"""Two people settle the same thing: the second reads what the first kept, and loses nothing."""

import pytest


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


CASES = [
    # page, who, the field, what the first keeps, what the second typed, how the first is told
    ("signaux/", "facilitator", "unanswered", "30", "12", "30"),
    ("accord/faits/", "contributor", "price", "1000", "750,5", "1 000"),
    ("equivalences/", "facilitator", "expertise", "2,5", "4", "2,5"),
]


@pytest.fixture
def given(promised, note):
    """Something was given, so that there is a resource to give points to."""
    note()
    return promised


def read(world, path: str) -> int:
    """The version that the form of a page names."""
    form = world.facilitator.get(world.url + path).context["form"]
    return int(form["version"].value())


def standing(world, path: str) -> dict[str, float]:
    world.c.refresh_from_db()
    if path == "equivalences/":
        latest = world.c.equivalences.first()
        return latest.points if latest else {}
    return world.c.thresholds if path == "signaux/" else world.c.facts


@pytest.mark.parametrize(("path", "who", "field", "first", "second", "told"), CASES)
def test_the_second_sees_the_first_and_loses_nothing(
    given, path, who, field, first, second, told
) -> None:
    version = read(given, path)
    kept = getattr(given, who).post(given.url + path, {field: first, "version": version})
    assert kept.status_code == 302
    before = dict(standing(given, path))
    late = text(given.other.post(given.url + path, {field: second, "version": version}))
    assert "Quelqu’un vient de changer la même chose" in late
    assert f" : {told}" in late.replace("\u202f", " ")
    assert f'value="{second}"' in late  # what was typed is still there
    assert standing(given, path) == before  # and nothing was overwritten

    again = read(given, path)
    assert f'name="version" value="{again}"' in late  # said again now, it replaces
    done = given.other.post(given.url + path, {field: second, "version": again})
    assert done.status_code == 302
    assert standing(given, path)[field] == float(second.replace(",", "."))


@pytest.mark.parametrize(("path", "who", "field", "first", "second", "told"), CASES)
def test_a_form_without_its_version_overwrites_nothing(
    given, path, who, field, first, second, told
) -> None:
    given.facilitator.post(given.url + path, {field: first, "version": read(given, path)})
    before = dict(standing(given, path))
    late = given.other.post(given.url + path, {field: second})
    assert late.status_code == 200
    assert standing(given, path) == before


@pytest.mark.parametrize(("path", "who", "field", "first", "second", "told"), CASES)
@pytest.mark.parametrize("bad", ["beaucoup", "-3", "nan", "1e400"])
def test_what_is_no_number_is_refused_whole_and_kept_in_the_form(
    given, path, who, field, first, second, told, bad
) -> None:
    answer = given.other.post(given.url + path, {field: bad, "version": read(given, path)})
    assert answer.status_code == 200
    assert f'value="{bad}"' in text(answer)
    assert "errorlist" in text(answer)
    assert standing(given, path) == {}


def test_what_a_reader_sees_is_no_field(given) -> None:
    given.facilitator.post(given.url + "equivalences/", {"expertise": "2,5", "version": 0})
    page = text(given.reader.get(given.url + "equivalences/"))
    assert "2,50" in page or "2,5" in page
    assert "<input id=" not in page
    assert given.reader.get(given.url + "signaux/").content.count(b'type="text"') == 0


def test_settings_changed_by_two_facilitators_are_told_field_by_field(world) -> None:
    address, version = world.url + "reglages/", world.c.version
    form = world.facilitator.get(address).context["form"]
    values = {k: form[k].value() or "" for k in form.fields if k != "themes"}
    values["version"] = version
    kept = world.facilitator.post(address, values | {"subject": "Des salles"})
    assert kept.status_code == 302, kept.context["form"].errors
    late = text(world.other.post(address, values | {"subject": "Des savoir-faire"}))
    assert ": Des salles" in late
    assert "Des savoir-faire" in late
    world.c.refresh_from_db()
    assert world.c.subject == "Des salles"
    done = world.other.post(
        address, values | {"subject": "Des savoir-faire", "version": world.c.version}
    )
    assert done.status_code == 302
