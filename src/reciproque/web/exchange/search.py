"""Find needs and offers: words with French stems and typos, place, dates, kind of organisation.

The words are indexed by tantivy in memory, for each server process, and again when something
changed; the database answers the rest.  It is the same on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, Max, Q
from rapidfuzz import fuzz, utils
from tantivy import (
    Document,
    Filter,
    Index,
    Occur,
    Query,
    SchemaBuilder,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)
from text_unidecode import unidecode

from reciproque.kernel import Territory
from reciproque.territories import great_circle_km
from reciproque.vocabulary import label, table
from reciproque.web.accounts.models import Actor
from reciproque.web.exchange.models import Wish

MOST = 500
ALIKE = 82
LITTLE = 4  # a word this short is not forgiven a typo


@lru_cache(maxsize=1)
def _analyzer() -> TextAnalyzer:
    words = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(40))
    words = words.filter(Filter.lowercase()).filter(Filter.stopword("french"))
    return words.filter(Filter.stemmer("french")).filter(Filter.ascii_fold()).build()


def _text_of(wish: Wish) -> str:
    """All by which people would look for it, in both languages."""
    theme = wish.theme
    words = [label("resources", wish.resource, x) for x in ("fr", "en")]
    words += [label("themes", theme, x) for x in ("fr", "en")]
    words += [label("certifications", x, "fr") for x in wish.labels]
    words += [label("products", v, x) for v in wish.attributes.values() for x in ("fr", "en")]
    return " ".join([wish.title, wish.title, wish.text, str(wish.actor or ""), *words])


@lru_cache(maxsize=1)
def _index(_stamp: object) -> tuple[Any, Any]:
    builder = SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="words")
    builder.add_text_field("key", stored=True, tokenizer_name="raw")
    schema = builder.build()
    index = Index(schema)
    index.register_tokenizer("words", _analyzer())
    writer = index.writer(15_000_000, 1)
    for wish in Wish.objects.public().select_related("actor").iterator():
        writer.add_document(Document(text=[_text_of(wish)], key=[str(wish.pk)]))
    writer.commit()
    index.reload()
    return index, schema


def _stamp() -> object:
    """What changes as soon as the text of an open wish does."""
    seen = Wish.objects.public().aggregate(n=Count("pk"), last=Max("changed"))
    names = Actor.objects.aggregate(n=Count("pk"))
    return seen["n"], seen["last"], names["n"]


def _word(schema: Any, word: str) -> Any:
    exact = Query.boost_query(Query.term_query(schema, "text", word), 3.0)
    if len(word) < LITTLE:
        return exact
    distance = 1 if len(word) < 8 else 2
    near = Query.fuzzy_term_query(schema, "text", word, distance=distance, prefix=False)
    begun = Query.fuzzy_term_query(schema, "text", word, distance=0, prefix=True)
    return Query.boolean_query([(Occur.Should, exact), (Occur.Should, near), (Occur.Should, begun)])


def ranked(text: str) -> list[str]:
    """The keys of the open wishes that hold all those words, give or take a typo; best first."""
    words = _analyzer().analyze(text)
    if not words:
        return []
    index, schema = _index(_stamp())
    query = Query.boolean_query([(Occur.Must, _word(schema, w)) for w in words])
    searcher = index.searcher()
    return [searcher.doc(at)["key"][0] for _score, at in searcher.search(query, MOST).hits]


@dataclass(frozen=True)
class Hit:
    """A wish found, and how far it is from the place asked for."""

    wish: Wish
    km: float | None


def _filtered(asked: dict[str, Any]) -> Any:
    found = Wish.objects.public().live().select_related("actor")
    if side := asked.get("c"):
        found = found.filter(side=side)
    if resource := asked.get("quoi"):
        found = found.filter(resource=resource)
    if theme := asked.get("sujet"):
        of_theme = [key for key, row in table("resources").items() if row["theme"] == theme]
        found = found.filter(resource__in=of_theme)
    if kind := asked.get("qui"):
        found = found.filter(actor__kind=kind)
    if since := asked.get("du"):
        found = found.filter(Q(end__isnull=True) | Q(end__gte=since))
    if until := asked.get("au"):
        found = found.filter(Q(start__isnull=True) | Q(start__lte=until))
    return found


def _distance(wish: Wish, there: Territory | None) -> float | None:
    if there is None or there.longitude is None or wish.longitude is None:
        return None
    return float(
        great_circle_km(
            there.longitude, there.latitude or 0.0, wish.longitude, wish.latitude or 0.0
        )
    )


def search(asked: dict[str, Any]) -> list[Hit]:
    """The open wishes that answer; by words the best first, by place the nearest first, else the newest."""
    found = _filtered(asked)
    there, km = asked.get("ou"), asked.get("km")
    order: dict[str, int] = {}
    if text := asked.get("q"):
        order = {key: i for i, key in enumerate(ranked(text))}
        found = found.filter(pk__in=order)
    hits = [Hit(w, _distance(w, there)) for w in found.order_by(F("created").desc())[: 4 * MOST]]
    if km is not None and there is not None:
        hits = [h for h in hits if h.km is not None and h.km <= km]
    if order:
        hits.sort(key=lambda h: order[str(h.wish.pk)])
    elif there is not None:
        hits.sort(key=lambda h: (h.km is None, h.km or 0.0))
    return hits[:MOST]


def alike(wish: Wish) -> list[Wish]:
    """Open wishes of the same side and resource whose title says nearly the same."""
    near = Wish.objects.public().live().filter(side=wish.side, resource=wish.resource)
    own = Wish.objects.live().filter(side=wish.side, resource=wish.resource, actor=wish.actor_id)
    said = unidecode(wish.title)
    found = []
    for other in (near | own).exclude(pk=wish.pk).select_related("actor").distinct()[:2_000]:
        score = fuzz.token_set_ratio(said, unidecode(other.title), processor=utils.default_process)
        if score >= ALIKE:
            found.append((score, other))
    found.sort(key=lambda pair: -pair[0])
    return [other for _score, other in found[:5]]
