"""Addresses typed, shared, cut and garbled: a page, a redirection or a plain refusal, never a failure of ours."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reciproque.web.registry.forms import PartnerForm

PETR, EPCI, COMMUNE, KREIS = "200069680", "200040715", "67462", "DE:08316"
HUGE = "9" * 400
ENDLESS = "9" * 5000
ANSWERS = (200, 302, 400, 403, 404)

PAGES = {
    "/": ("q",),
    "/territoires/": ("q",),
    "/territoires/composer/": ("q", "membre", "retirer", "name", "kind", "valid_from", "valid_to"),
    f"/territoires/{PETR}/": ("flux", "ancien"),
    f"/territoires/{PETR}/partenaires/": (
        *("motif", "sujet", "au_dela", "en_deca", "type", "ou", "habitants_min", "habitants_max"),
        *("tied", "near", "alike", "complementary", "n"),
    ),
    f"/territoires/{COMMUNE}/chiffres/": ("tri",),
    f"/territoires/{COMMUNE}/liens/": ("flux", "avec", "n"),
    f"/territoires/{COMMUNE}/liens.csv": ("flux", "avec"),
    f"/territoires/{COMMUNE}/liens.geojson": ("flux", "avec"),
    f"/territoires/{PETR}/face-a-face/": ("q", "avec"),
    f"/territoires/{PETR}/scenario/": ("telework", "telework-share", "telework-days"),
    "/donnees/": ("page",),
}  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            *("", " ", "0", "-1", "1e308", "nan", "inf", "-inf", "²", "٣", "1,5", HUGE, ENDLESS),
            *(
                "a/b",
                "../..",
                "//evil.example",
                "\x00",
                "é",
                "<script>",
                "%",
                "'; DROP TABLE x; --",
            ),
            *("epci", "commune", "alike", "tied", "habitat", "commuting", "on", COMMUNE, KREIS),
        ]
    ),
)


@pytest.fixture(scope="module")
def patient() -> Client:
    """A client that reports what a visitor would read, even where the server fails."""
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_query_string_is_a_failure_of_the_server(patient, registry, address, data) -> None:
    names = st.sampled_from(PAGES[address]) | st.text(min_size=1, max_size=8)
    asked = data.draw(st.lists(st.tuples(names, VALUES), max_size=4))
    response = patient.get(f"{address}?{urlencode(asked)}")
    assert response.status_code in ANSWERS, asked


@pytest.mark.django_db
@pytest.mark.parametrize("raw", ["%ff%fe", "q=%E9", "q=%C3", "=&=&&", "q=a&q=b", "q[]=1"])
@pytest.mark.parametrize("address", ["/territoires/", f"/territoires/{PETR}/partenaires/"])
def test_bytes_that_are_no_text_are_borne(patient, registry, address, raw) -> None:
    assert patient.get(f"{address}?{raw}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "number", ["²", "٣", "-5", "0", "", "abc", "1.5", HUGE, ENDLESS, "1e3", "+4"]
)
def test_a_number_of_links_that_is_none_shows_the_usual_twenty(client, registry, number) -> None:
    """Superscripts are digits to Python and numbers to nobody."""
    usual = client.get(f"/territoires/{COMMUNE}/liens/")
    response = client.get(f"/territoires/{COMMUNE}/liens/", {"n": number})
    assert response.status_code == 200
    assert response.context["n"] == usual.context["n"] == 20


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "shown"), [("1", 1), ("007", 7), ("50", 50), ("999999", 200)])
def test_a_number_of_links_is_kept_below_two_hundred(client, registry, number, shown) -> None:
    response = client.get(f"/territoires/{COMMUNE}/liens/", {"n": number})
    assert response.context["n"] == shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("habitants_min", HUGE), ("habitants_max", HUGE), ("habitants_min", "-1"),
        ("habitants_max", "beaucoup"), ("au_dela", "nan"), ("en_deca", "inf"), ("au_dela", "-2"),
        ("n", "0"), ("n", "101"), ("n", "x"), ("tied", "101"), ("near", "-1"), ("alike", "1.5"),
        ("motif", "love"), ("type", "planet"), ("sujet", "astrology"), ("ou", "elsewhere"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_shows_no_partner_and_the_page_stands(
    client, registry, field, value
) -> None:
    response = client.get(f"/territoires/{PETR}/partenaires/", {field: value})
    assert response.status_code == 200
    assert response.context["cards"] == []
    assert field in response.context["form"].errors
    table = client.get(f"/territoires/{PETR}/partenaires.csv", {field: value})
    assert table.content.decode("utf-8-sig").count("\n") == 1  # its titles alone


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["a/b", "../..", "//evil.example", "nope", "99999", "é" * 300])
def test_the_other_side_of_a_pair_that_does_not_exist_is_not_found(client, registry, other) -> None:
    response = client.get(f"/territoires/{PETR}/face-a-face/", {"avec": other})
    assert response.status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_other_side_of_a_pair_leads_to_both_in_the_same_language(
    client, registry, prefix
) -> None:
    response = client.get(f"{prefix}/territoires/{PETR}/face-a-face/", {"avec": KREIS})
    assert response.url == f"{prefix}/face-a-face/{PETR}/{KREIS}/"


@pytest.mark.django_db
@pytest.mark.parametrize("file", ["rubans.csv", "chiffres.csv", "contours.geojson", "dossier.pdf"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_file_on_a_territory_beside_itself_leads_to_the_page_that_says_why(
    client, registry, file, prefix
) -> None:
    response = client.get(f"{prefix}/face-a-face/{COMMUNE}/{COMMUNE}/{file}", follow=True)
    assert response.redirect_chain == [(f"{prefix}/face-a-face/{COMMUNE}/{COMMUNE}/", 302)]
    assert response.status_code == 400
    words = "choose another" if prefix else "choisissez-en un autre"
    assert words in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["é" * 5000, "a " * 3000, "%" * 200])
def test_a_very_long_search_is_cut_not_refused(client, registry, typed) -> None:
    response = client.get("/", {"q": typed})
    assert response.status_code == 302
    assert len(response.url) < 600
    assert client.get(response.url).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/territoires/" + "x" * 300 + "/",
        "/territoires/u:/", "/territoires/u:nobody/", "/territoires/%2e%2e/", "/territoires/é/",
        "/territoires/u:nobody/modifier/", "/territoires/u:nobody/definition.toml",
        "/territoires/67462/inconnu/", "/bassins/67462/", "/methode.html/", "/face-a-face/67462/",
        "/territoires/DEP-999/", "/territoires/dep-67/",
        "/bassins/?trajets=nope", f"/territoires/{PETR}/bassins/?trajets=nope", "/bassins.csv?trajets=x",
    ],
)  # fmt: skip
def test_what_leads_nowhere_says_where_to_go(client, registry, address) -> None:
    for prefix, words in (("", "Chercher un territoire"), ("/en", "Look for a territory")):
        response = client.get(prefix + address)
        assert response.status_code == 404
        assert words in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/territoires/%00/", "/territoires/u:%00/", f"/face-a-face/{COMMUNE}/%00/", "/?q=%00",
        "/territoires/?q=a%00b", "/territoires/?%00=1", "/territoires/composer/?membre=%00",
        "/api/cooperations/%00",
    ],
)  # fmt: skip
def test_a_character_zero_in_an_address_is_refused(patient, registry, address) -> None:
    """PostgreSQL keeps none: it failed where SQLite did not."""
    assert patient.get(address).status_code == 400
    assert patient.get("/en" + address).status_code == 400


@pytest.mark.django_db
def test_a_character_zero_in_what_is_sent_is_refused(patient, registry) -> None:
    form = "application/x-www-form-urlencoded"
    for kind, body in (("application/json", '{"a": "\\u0000"}'), (form, "name=%00&garder=1")):
        response = patient.post("/territoires/composer/", body, content_type=kind)
        assert response.status_code == 400
    plain = patient.post("/territoires/composer/", "name=x&q=y", content_type=form)
    assert plain.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "head", "options"])
@pytest.mark.parametrize("address", ["/", "/territoires/", f"/territoires/{PETR}/", "/donnees/"])
def test_another_way_of_asking_breaks_nothing(patient, registry, method, address) -> None:
    assert getattr(patient, method)(address).status_code < 500


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "motif": st.sampled_from(["all", "near", "alike", "tied", "complementary"]),
        "au_dela": st.integers(0, 150),
        "en_deca": st.integers(150, 900),
        "ou": st.sampled_from(
            ["same_departement", "other_departement", "same_region", "other_region", "same_country"]
        ),
        "habitants_min": st.integers(0, 40_000),
        "habitants_max": st.integers(40_000, 3_000_000),
        "tied": st.integers(0, 100),
        "alike": st.integers(0, 100),
        "n": st.integers(1, 12),
        "sujet": st.lists(st.sampled_from(["habitat", "economie", "mobilite"]), unique=True),
    },
)


@pytest.mark.django_db
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=FILTERS)
@example(asked={"motif": "alike", "ou": "same_departement", "n": 12})
def test_every_filter_asked_for_is_obeyed(client, registry, asked) -> None:
    here = registry.territory(PETR)
    response = client.get(f"/territoires/{PETR}/partenaires/", asked)
    assert response.context["form"].is_valid()
    found = [card.partner for card in response.context["cards"]]
    assert len(found) <= asked.get("n", 20)
    for partner in found:
        there = partner.territory
        assert there.kind == "epci"
        assert there.code not in registry.territory(PETR).members
        if "au_dela" in asked:
            assert partner.distance_km >= asked["au_dela"]
        if "en_deca" in asked:
            assert partner.distance_km <= asked["en_deca"]
        if "habitants_min" in asked:
            assert there.population >= asked["habitants_min"]
        if "habitants_max" in asked:
            assert there.population <= asked["habitants_max"]
        if where := asked.get("ou"):
            relation, column = where.split("_")
            same = getattr(there, column) == getattr(here, column)
            assert same is (relation == "same")


@pytest.mark.django_db
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=FILTERS)
def test_the_table_to_take_away_is_the_list_of_the_page(client, registry, asked) -> None:
    page = client.get(f"/territoires/{PETR}/partenaires/", asked)
    table = client.get(f"/territoires/{PETR}/partenaires.csv", asked)
    lines = table.content.decode("utf-8-sig").splitlines()[1:]
    shown = [card.partner.territory.code for card in page.context["cards"]]
    assert [line.split(";")[0] for line in lines] == shown


@pytest.mark.django_db
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=FILTERS)
def test_each_filter_has_its_chip_which_takes_it_away_and_it_alone(client, registry, asked) -> None:
    page = client.get(f"/territoires/{PETR}/partenaires/", asked)
    chips = page.context["chips"]
    amounts = [
        name
        for name in ("au_dela", "en_deca", "habitants_min", "habitants_max", "ou")
        if name in asked
    ]
    expected = len(amounts) + len(asked.get("sujet", [])) + (asked.get("motif", "all") != "all")
    own = PartnerForm(asked)
    assert own.is_valid()
    usual = {"tied": 45.0, "near": 35.0, "alike": 15.0, "complementary": 5.0}
    assert len(chips) == expected + (own.weights() != usual)
    for words, address in chips:
        left = client.get(f"/territoires/{PETR}/partenaires/{address}").context["chips"]
        assert len(left) == len(chips) - 1
        assert words not in [w for w, _ in left]


@pytest.mark.parametrize(
    ("asked", "weights"),
    [
        ({}, (45, 35, 15, 5)),
        ({"tied": "10"}, (10, 35, 15, 5)),
        ({"tied": "0", "near": "0", "alike": "0", "complementary": "0"}, (45, 35, 15, 5)),
        ({"tied": "0", "near": "0", "alike": "100", "complementary": "0"}, (0, 0, 100, 0)),
        ({"near": ""}, (45, 35, 15, 5)),
    ],
)
def test_weights_left_empty_are_the_usual_ones_and_all_zeros_too(registry, asked, weights) -> None:
    form = PartnerForm(asked)
    assert form.is_valid()
    assert form.weights() == dict(
        zip(("tied", "near", "alike", "complementary"), map(float, weights), strict=True)
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/territoires/?q=st%20etienne", f"/territoires/{PETR}/partenaires/?motif=alike&au_dela=50",
        f"/face-a-face/{COMMUNE}/{KREIS}/", f"/territoires/{COMMUNE}/liens/?avec=commune&n=5",
        "/territoires/composer/?membre=67462&name=Essai", "/donnees/", "/methode/",
    ],
)  # fmt: skip
def test_the_other_language_is_the_same_page_with_the_same_question(
    client, registry, address
) -> None:
    for here, there, code in (("", "/en", "en"), ("/en", "", "fr")):
        text = client.get(here + address).content.decode()
        wanted = (there + address).replace("&", "&amp;").replace("%20", "(?:%20|\\+)")
        pattern = wanted.replace("?", "\\?", 1)
        assert re.search(f'href="{pattern}"', text), (code, pattern)
