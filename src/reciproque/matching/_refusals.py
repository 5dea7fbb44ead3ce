"""Why a need and an offer cannot meet: the first condition they fail, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from reciproque.kernel import Need, Offer, Reason, Refusal, Wish
from reciproque.matching._conditions import ELIGIBLE, ORDER, first_failed, kilometres, limit_of
from reciproque.matching._problem import Problem, Settings, check_wish
from reciproque.matching._sides import Sides, rule, sides
from reciproque.vocabulary import label, table

NEAREST = 3  # refused offers shown for each need that stays without answer


def _words(table_name: str, keys: Iterable[str], lang: str) -> str:
    return ", ".join(label(table_name, key, lang) for key in keys) or "?"


def _both(name: str, table_name: str, keys: Iterable[str]) -> dict[str, object]:
    kept = tuple(keys)
    return {f"{name}_{lang}": _words(table_name, kept, lang) for lang in ("fr", "en")}


def _window(wish: Wish) -> dict[str, str]:
    first, last = (d.isoformat() if d else "…" for d in (wish.start, wish.end))
    return {"start": first, "end": last}


def _attribute(need: Wish, offer: Wish) -> dict[str, object]:
    from reciproque.matching._sides import meets

    for name, wanted in sorted(need.attributes.items()):
        have = offer.attributes.get(name, "")
        if not meets(name, have, wanted):
            names = "products" if name == "product" else ""
            said = {
                f"{k}_{lang}": (label(names, v, lang) if names and v else v or "–")
                for k, v in (("wanted", wanted), ("have", have))
                for lang in ("fr", "en")
            }
            return {"attribute": name, **said}
    return {}


def _figures(s: Sides, i: int, j: int) -> dict[str, object]:
    """All that the phrases of refusals may say of a pair."""
    need, offer = s.needs.wishes[i], s.offers.wishes[j]
    one, two = np.array([i]), np.array([j])
    mine, theirs = _window(need), _window(offer)
    vetting = offer.safeguard.vetted if offer.safeguard else None
    own = table("units")[table("resources")[need.resource]["unit"]]
    return {
        "need": need.title or need.key,
        "offer": offer.title or offer.key,
        **_both("wanted_resource", "resources", [need.resource]),
        **_both("offered_resource", "resources", [offer.resource]),
        **_attribute(need, offer),
        "km": float(kilometres(s, one, two)[0]),
        "limit": float(limit_of(s, one, two)[0]),
        "actor": need.actor,
        "age": int(s.needs.age[i]),
        "youngest": int(rule("youngest")),
        "adult_age": int(rule("adult_age")),
        "months": int(rule("vetting_months")),
        "vetted": vetting.isoformat() if vetting else "–",
        "need_start": mine["start"],
        "need_end": mine["end"],
        "offer_start": theirs["start"],
        "offer_end": theirs["end"],
        **_both("need_languages", "languages", need.languages),
        **_both("offer_languages", "languages", offer.languages),
        **_both("missing", "labels", _missing_labels(s, i, j)),
        "most": float(min(s.needs.amount[i], s.offers.amount[j])),
        "smallest": float(max(s.needs.smallest[i], s.offers.smallest[j])),
        "unit_fr": own["label_fr"],
        "unit_en": own["label_en"],
    }


def _missing_labels(s: Sides, i: int, j: int) -> list[str]:
    from reciproque.matching._sides import above

    need, offer = s.needs.wishes[i], s.offers.wishes[j]
    held = {name for own in offer.labels for name in above("labels", own)}
    return [name for name in need.labels if name not in held]


def reason_of(s: Sides, i: int, j: int, failed: int) -> Reason:
    """The first failed condition of need ``i`` and offer ``j`` as a reason."""
    condition = ORDER[failed]
    return Reason(f"refusal.{condition}", "refusal", _figures(s, i, j))


def why_not(need: Need, offer: Offer, day: date | None = None) -> Reason | None:
    """The first condition that a need and an offer fail together, or ``None`` where they may meet.

    Raises :class:`ReciproqueError` for a word that no table has or a unit that does not convert.

    >>> from reciproque.vocabulary import say
    >>> need = Need("n", "school", "food", 10, "kg", attributes={"product": "pulses"})
    >>> why_not(need, Offer("o", "farm", "food", 500, "kg", attributes={"product": "lentils"}))
    >>> say(why_not(need, Offer("o", "farm", "food", 9, "kg", attributes={"product": "apples"})), "en")
    'pulses are sought, apples are offered.'
    """
    check_wish(need)
    check_wish(offer)
    s = sides(Problem((need,), (offer,), settings=Settings(day=day)))
    zero = np.array([0])
    failed = int(first_failed(s, zero, zero)[0])
    return None if failed == ELIGIBLE else reason_of(s, 0, 0, failed)


def _likeliest(s: Sides, i: int) -> np.ndarray:
    """The offers nearest to serving a need: of its kind first, then of its resource, then by distance."""
    kind = s.needs.kind[i]
    closeness = s.compatible[kind].astype(int) + s.resources[kind]
    offers = np.arange(len(s.offers.wishes))
    rank = closeness[s.offers.kind]
    best = offers[rank == rank.max()]
    km = np.nan_to_num(kilometres(s, np.full(len(best), i), best), nan=np.inf)
    return best[np.argsort(km, kind="stable")[:NEAREST]]


def refusals_of(s: Sides, unmet: Iterable[int], most: int) -> tuple[Refusal, ...]:
    """For needs (positions) without answer, why the likeliest offers were refused; ``most`` in all."""
    found: list[Refusal] = []
    for i in unmet:
        if len(found) >= most:
            break
        near = _likeliest(s, i)
        failed = first_failed(s, np.full(len(near), i), near)
        found += [
            Refusal(s.needs.wishes[i].key, s.offers.wishes[j].key, reason_of(s, i, int(j), int(f)))
            for j, f in zip(near, failed, strict=True)
            if f != ELIGIBLE
        ]
    return tuple(found[:most])


def counted(refused: dict[str, int]) -> tuple[Reason, ...]:
    """How many pairs each condition refused first, as reasons, in the order of the table."""
    return tuple(
        Reason(
            "match.refused",
            name,
            {
                "count": refused[name],
                **_both("condition", "conditions", [name]),
            },
        )
        for name in ORDER
        if refused.get(name)
    )
