"""What the partners chose to follow: questions, values over time, what everyone may read."""

from reciproque.web.cooperations.models import Followed, Reading


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def followed(world, **change) -> Followed:
    values = {
        "question": "Les salles servent-elles ?", "name": "Jours prêtés", "unit": "jours",
        "target": "20", "source": "Registre des salles", "visibility": "public", **change,
    }  # fmt: skip
    world.contributor.post(world.url + "indicateurs/nouveau/", values)
    return Followed.objects.get()


def test_a_question_has_its_values_its_target_and_its_source(world) -> None:
    one = followed(world)
    for day, value in (("2026-02-01", "6"), ("2026-06-01", "11,5")):
        answer = world.contributor.post(
            f"{world.url}evaluation/{one.pk}/valeur/", {"day": day, "value": value}
        )
        assert answer.status_code == 302
    page = text(world.reader.get(world.url + "evaluation/"))
    for words in (
        "Les salles servent-elles ?",
        "11,5",
        "visé : 20,0",
        "Registre des salles",
        "<title>Jours prêtés</title>",
    ):
        assert words in page
    assert [r.value for r in Reading.objects.all()] == [6.0, 11.5]


def test_the_public_page_shows_only_what_is_meant_for_everyone(world) -> None:
    one = followed(world)
    Reading.objects.create(followed=one, value=3)
    world.c.visibility = "public"
    world.c.save()
    assert "Jours prêtés" in text(world.nobody.get(world.url + "page/"))
    Followed.objects.update(visibility="parties")
    assert "Jours prêtés" not in text(world.nobody.get(world.url + "page/"))


def test_a_draft_is_its_author_s_alone_on_pages_and_in_the_api(world) -> None:
    one = followed(world, visibility="private")
    assert "Jours prêtés" in text(world.contributor.get(world.url + "evaluation/"))
    for other in (world.reader, world.facilitator, world.other):
        assert "Jours prêtés" not in text(other.get(world.url + "evaluation/"))
        assert "Jours prêtés" not in text(other.get(world.url + "journal/"))
    noted = world.facilitator.post(
        f"{world.url}evaluation/{one.pk}/valeur/", {"day": "2026-02-01", "value": "6"}
    )
    assert noted.status_code == 404
    assert Reading.objects.count() == 0


def test_a_value_that_is_no_number_is_refused(world) -> None:
    one = followed(world)
    page = world.contributor.post(
        f"{world.url}evaluation/{one.pk}/valeur/", {"day": "2026-02-01", "value": "six"}
    )
    assert page.status_code == 200
    assert Reading.objects.count() == 0
    assert world.reader.post(f"{world.url}evaluation/{one.pk}/valeur/", {}).status_code == 403


def test_a_reader_reports_and_the_administrator_settles(world) -> None:
    world.c.visibility = "public"
    world.c.save()
    world.nobody.post(world.url + "signalement/", {"texte": "Un nom de trop"})
    assert world.facilitator.get("/moderation/").status_code == 404  # administrators only
    assert world.nobody.get("/moderation/").url == "/compte/login/?next=/moderation/"
    admin = world.stranger
    admin.person.is_staff = True
    admin.person.save()
    assert "Un nom de trop" in text(admin.get("/moderation/"))
    report = world.c.reports.get()
    admin.post("/moderation/", {"signalement": report.pk, "retirer": "1"})
    world.c.refresh_from_db()
    assert world.c.visibility == "parties"
    assert "Rien n’attend" in text(admin.get("/moderation/"))


def test_reports_are_limited_for_one_address(world) -> None:
    from django.core.cache import cache

    cache.clear()
    world.c.visibility = "public"
    world.c.save()
    answers = [
        world.nobody.post(world.url + "signalement/", {"texte": "x"}).status_code for _ in range(11)
    ]
    assert (answers[0], answers[-1]) == (302, 403)
    assert world.c.reports.count() == 10
