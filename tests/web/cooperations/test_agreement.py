"""The agreement: assembled, kept in versions, signed, reviewed, renewed."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reciproque.web.cooperations import agreements
from reciproque.web.cooperations.models import Decision, Signature, Version
from reciproque.web.cooperations.texts import difference


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture
def version(promised):
    promised.c.expectations.create(party=promised.b, kind="brings", text="Des salles l’hiver")
    promised.c.expectations.create(
        party=promised.a, kind="fears", text="Un secret", visibility="private"
    )
    page = promised.contributor.get(promised.url + "accord/nouvelle/")
    form = page.context["form"]
    values = {name: form.initial[name] for name in ("form", "kind", "text", "once")}
    promised.contributor.post(promised.url + "accord/nouvelle/", values)
    promised.v = Version.objects.get()
    return promised


def test_the_text_comes_from_what_is_on_record(version) -> None:
    for words in (
        "Rive-Gauche",
        "Rive-Droite",
        "Des salles l’hiver",
        "Appui, 10",
        "tous les 12 mois",
    ):
        assert words in version.v.text
    assert "Un secret" not in version.v.text


def test_each_version_holds_the_one_before_and_a_change_is_seen(version) -> None:
    c, person = version.c, version.contributor.person
    second = agreements.new_version(
        c,
        form="charter",
        text=version.v.text + "\n## Suite\n",
        kind="amendment",
        expected=1,
        by=person,
    )
    assert second.before_hash == version.v.hash
    assert agreements.verify_chain(c) is None
    Version.objects.filter(pk=version.v.pk).update(text="autre chose")
    assert agreements.verify_chain(c) == 1
    assert "a été changée après coup" in text(version.reader.get(version.url + "accord/"))


def test_two_who_write_at_once_lose_nothing(version) -> None:
    values = {"form": "charter", "kind": "amendment", "once": "1"}
    version.contributor.post(version.url + "accord/nouvelle/", {**values, "text": "Texte A"})
    page = version.other.post(version.url + "accord/nouvelle/", {**values, "text": "Texte B"})
    assert page.status_code == 200
    assert "Une autre version vient d’être gardée" in text(page)
    assert "Texte B" in text(page)
    version.other.post(version.url + "accord/nouvelle/", {**values, "once": "2", "text": "Texte B"})
    assert [v.number for v in version.c.versions.all()] == [3, 2, 1]


def test_the_difference_is_readable() -> None:
    found = difference("# Titre\n\nDix heures\nFin", "# Titre\n\nVingt heures\nFin\nEncore")
    assert ("changed", [("removed", "Dix"), ("added", "Vingt"), ("same", "heures")]) in found
    assert found[-1] == ("added", [("added", "Encore")])


def sign(world, client, party, **change):
    values = {"name": "Une élue", "function": "présidente", "day": "2026-04-10", **change}
    return client.post(f"{world.url}accord/{world.v.number}/signature/{party.pk}/", values)


def test_a_version_is_signed_once_every_party_has(version) -> None:
    assert sign(version, version.signatory, version.a).status_code == 302
    assert version.v.signed_on() is None
    assert sign(version, version.contributor, version.b).status_code == 403
    assert sign(version, version.contributor, version.a).status_code == 403
    sign(version, version.other, version.b, day="2026-04-12")
    assert Version.objects.get().signed_on() == date(2026, 4, 12)
    sign(version, version.other, version.b, day="2026-05-01")  # a second time changes nothing
    assert Signature.objects.count() == 2


@pytest.mark.parametrize(
    ("transmitted", "irregular"),
    [(date(2026, 4, 11), True), (date(2026, 4, 10), False), (None, True)],
)
def test_a_signature_before_the_transmission_is_kept_and_shown(
    version, transmitted, irregular
) -> None:
    d = Decision.objects.create(
        cooperation=version.c,
        party=version.a,
        title="Approuver",
        day=date(2026, 4, 1),
        transmitted=transmitted,
    )
    sign(version, version.signatory, version.a, decision=str(d.pk))
    assert Signature.objects.get().irregular is irregular
    shown = "Irrégulière" in text(version.reader.get(f"{version.url}accord/1/"))
    assert shown is irregular


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"MZ disguised", "pas un PDF"), (b"%PDF-" + b"0" * 5_000_001, "5 Mo"), (b"%PDF-1.7", None)],
)
def test_a_scan_is_a_pdf_of_a_fair_size(version, content, words, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    scan = SimpleUploadedFile("scan.pdf", content, "application/pdf")
    page = sign(version, version.signatory, version.a, scan=scan)
    assert (page.status_code == 302) is (words is None)
    if words is None:
        address = f"{version.url}accord/copie/{Signature.objects.get().pk}.pdf"
        assert b"".join(version.reader.get(address).streaming_content) == content
        assert version.stranger.get(address).status_code == 404
    else:
        assert words in text(page)
        assert "Une élue" in text(page)


def test_the_review_leads_to_the_next_version(version) -> None:
    for client, party in ((version.signatory, version.a), (version.other, version.b)):
        sign(version, client, party)
    version.contributor.post(version.url + "accord/reexamen/", {"ouvrir": "1"})
    review = version.c.reviews.get()
    m = version.c.commitments.get()
    version.contributor.post(
        version.url + "accord/reexamen/",
        {"partie": version.a.pk, f"note-{m.pk}": "partly", f"change-{m.pk}": "passer à 12 heures"},
    )
    page = text(version.other.get(version.url + "accord/reexamen/"))
    assert "passer à 12 heures" in page
    answer = version.facilitator.post(
        version.url + "accord/reexamen/cloture/", {"suite": "version"}
    )
    assert answer["Location"].endswith("/accord/nouvelle/?neuf=1")
    review.refresh_from_db()
    assert review.closed
    fresh = version.contributor.get(answer["Location"]).context["form"].initial["text"]
    assert "passer à 12 heures" in fresh
    assert [s.after for s in version.c.stage_changes.all()] == ["review", "act"]


def test_the_version_prints_as_an_accessible_pdf_and_opens_in_a_word_processor(version) -> None:
    sign(version, version.signatory, version.a)
    with pikepdf.open(BytesIO(version.reader.get(f"{version.url}accord/1.pdf").content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        assert "ua" in str(pdf.Root.Metadata.read_bytes()).lower()
    docx = version.reader.get(f"{version.url}accord/1.docx").content
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        assert "Des salles l’hiver" in archive.read("word/document.xml").decode()


def test_the_decision_table_is_published(world) -> None:
    page = text(world.nobody.get("/cooperations/formes/"))
    assert "Subvention à un organisme privé (€) : plus de 23 000" in page
    assert page.count('id="forme-') == 22
    assert "préfète ou préfet de région" in page


def test_a_version_says_what_changed_in_each_language_or_that_nothing_did(version) -> None:
    def keep(**change: str) -> None:
        form = version.contributor.get(version.url + "accord/nouvelle/?neuf=1&seconde=en").context[
            "form"
        ]
        fields = ("form", "kind", "text", "once", "second_text", "second_language")
        values = {name: form.initial[name] for name in fields} | change
        assert version.contributor.post(version.url + "accord/nouvelle/", values).status_code == 302

    keep()
    second = Version.objects.get(number=2)
    keep(text=second.text, second_text=second.second_text)
    page = text(version.reader.get(version.url + "accord/3/"))
    assert "Le texte est le même, mot pour mot." in page
    keep(text=second.text, second_text=second.second_text.replace("Who decides", "Who settles it"))
    page = text(version.reader.get(version.url + "accord/4/"))
    assert "mot pour mot" not in page
    assert '<div class="diff" lang="en">' in page
    assert '<div class="diff" lang="fr">' not in page
    assert re.search(r"<ins>\s*settles it\s*</ins>", page)


def test_two_languages_stand_side_by_side(version) -> None:
    page = version.contributor.get(version.url + "accord/nouvelle/?neuf=1&seconde=en")
    form = page.context["form"]
    assert "What each gives and receives" in form.initial["second_text"]
    values = {
        name: form.initial[name]
        for name in ("form", "kind", "text", "once", "second_text", "second_language")
    }
    alone = {**values, "second_language": ""}
    assert "ou aucun des deux" in text(
        version.contributor.post(version.url + "accord/nouvelle/", alone)
    )
    version.contributor.post(version.url + "accord/nouvelle/", values)
    with zipfile.ZipFile(
        BytesIO(version.reader.get(f"{version.url}accord/2.docx").content)
    ) as archive:
        words = archive.read("word/document.xml").decode()
    assert "Ce que chacun donne et reçoit" in words
    assert "What each gives and receives" in words
    assert re.search(r"<w:b/>[^>]*(<w:sz[^>]*>)*</w:rPr><w:t[^>]*>Who decides", words)  # as a title
    assert " gives to Rive-Droite: " in form.initial["second_text"]  # as English writes a colon
    with pikepdf.open(BytesIO(version.reader.get(f"{version.url}accord/2.pdf").content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
    assert agreements.verify_chain(version.c) is None
    Version.objects.filter(number=2).update(second_text="autre")
    assert agreements.verify_chain(version.c) == 2


def test_an_end_signed_by_all_ends_the_cooperation(version) -> None:
    version.v = agreements.new_version(
        version.c, form="charter", text="Fin", kind="end", expected=1, by=version.contributor.person
    )
    sign(version, version.signatory, version.a)
    version.c.refresh_from_db()
    assert version.c.ended is None
    sign(version, version.other, version.b, day="2026-12-01")
    version.c.refresh_from_db()
    assert version.c.ended == date(2026, 12, 1)


def test_facts_that_no_record_tells_change_the_form(version) -> None:
    from reciproque.web.cooperations.overview import Overview

    assert Overview(version.c).proposals[0].form == "charter"
    address = version.url + "accord/faits/"
    assert "Il faut une structure commune" in text(version.contributor.get(address))
    version.contributor.post(
        address, {"joint_body": "on", "price": "mille", "version": version.c.version}
    )  # refused whole
    version.c.refresh_from_db()
    assert version.c.facts == {}
    version.contributor.post(
        address, {"joint_body": "on", "price": "1 250,5", "version": version.c.version}
    )
    version.c.refresh_from_db()
    assert version.c.facts == {"joint_body": 1.0, "price": 1250.5}
    assert Overview(version.c).proposals[0].form == "association"
    assert version.reader.get(address).status_code == 403


def test_every_condition_of_the_table_is_a_fact_that_someone_can_say() -> None:
    import re

    from reciproque.kernel import Cooperation as Noun
    from reciproque.reciprocity import facts_of
    from reciproque.vocabulary import rows

    known = {row["id"] for row in rows("facts")} | set(facts_of(Noun("x"), date.today()))
    asked = {
        name for row in rows("form_rules") for name in re.findall(r"(\w+)[<>=]", row["conditions"])
    }
    assert asked <= known


def test_two_texts_are_cut_at_their_headings_and_nothing_is_lost() -> None:
    from reciproque.web.cooperations.texts import paired

    ours, theirs = (
        "# Nom\n\nPhrase\n\n## Entre\n- a\n",
        "# Name\n\nSentence\n\n## Between\n- a\n\n## More\n",
    )
    found = paired(ours, theirs)
    assert [a.split("\n")[0] for a, _ in found] == ["# Nom", "## Entre", ""]
    assert [b.split("\n")[0] for _, b in found] == ["# Name", "## Between", "## More"]
