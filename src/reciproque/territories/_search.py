"""Find a territory by its name: accents, hyphens, abbreviations, articles, typos, half a name."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

ARTICLES = frozenset(["le", "la", "les", "l", "de", "du", "des", "d", "au", "aux"])
ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "s": "sur"}
PREFIXES = frozenset(
    [
        "cc",
        "ca",
        "cu",
        "petr",
        "pays",
        "communaute",
        "communes",
        "agglomeration",
        "metropole",
        "pole",
        "equilibre",
        "territorial",
        "rural",
        "syndicat",
        "mixte",
        "sm",
        "pole",
        "metropolitain",
        "departement",
        "region",
        "landkreis",
    ]
)
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
LAST = "\U0010ffff"
FUZZY_CANDIDATES = 80
FUZZY_CUTOFF = 70.0


def tokens(text: str) -> list[str]:
    """The words of a name, plain: lower case, no accents, abbreviations spelled out, no articles.

    >>> tokens("L'Île-St-Denis"), tokens("Fontaine s/ Saône")
    (['ile', 'saint', 'denis'], ['fontaine', 'sur', 'saone'])
    """
    text = unicodedata.normalize("NFD", text.lower().translate(LIGATURES))
    text = "".join(c for c in text if not unicodedata.combining(c))
    words = [ABBREVIATIONS.get(w, w) for w in re.findall(r"[a-z0-9]+", text)]
    kept = [w for w in words if w not in ARTICLES]
    return kept or words


def key(text: str) -> str:
    """The words joined by a space: two spellings of one name share it."""
    return " ".join(tokens(text))


def bare_key(text: str) -> str:
    """The key without the words that only tell the kind ("PETR", "CC", "Pays")."""
    words = tokens(text)
    while len(words) > 1 and words[0] in PREFIXES:
        words = words[1:]
    return " ".join(words)


def _trigrams(text: str) -> list[str]:
    padded = f"  {text} "
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


class NameIndex:
    """Names of n territories and their populations, ready to be searched.

    Built once (:meth:`build`), kept on disk; :meth:`search` answers in a few milliseconds.  Positions
    returned are those of the names given; ties go to the more populous, then the first.
    """

    def __init__(
        self,
        keys: Sequence[str],
        bare: Sequence[str],
        suffixes: Sequence[str],
        owners: np.ndarray,
        weight: np.ndarray,
    ) -> None:
        self._keys, self._suffixes, self._owners, self._weight = keys, suffixes, owners, weight
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._bare: dict[str, list[int]] = defaultdict(list)
        for i, (full, short) in enumerate(zip(keys, bare, strict=True)):
            self._exact[full].append(i)
            if short != full:
                self._bare[short].append(i)
        self._postings: dict[str, np.ndarray] | None = None

    @classmethod
    def build(cls, names: Sequence[str], populations: np.ndarray) -> NameIndex:
        """Index n names, with their populations (n,) in inhabitants (nan counts as none)."""
        keys = [key(name) for name in names]
        pairs: list[tuple[str, int]] = []
        for i, full in enumerate(keys):
            words = full.split(" ")
            pairs.extend((" ".join(words[k:]), i) for k in range(len(words)))
        pairs.sort()
        return cls(
            keys,
            [bare_key(name) for name in names],
            [text for text, _ in pairs],
            np.array([i for _, i in pairs], np.int32),
            np.nan_to_num(np.asarray(populations, float)),
        )

    def save(self, folder: Path) -> None:
        """Write the index into an existing folder, for :meth:`load`."""
        bare = dict.fromkeys(range(len(self._keys)), "")
        bare |= {i: text for text, found in self._bare.items() for i in found}
        for name, lines in (
            ("keys", self._keys),
            ("bare", [bare[i] or self._keys[i] for i in range(len(self._keys))]),
            ("suffixes", self._suffixes),
        ):
            (folder / f"names_{name}.txt").write_text("\n".join(lines), encoding="utf-8")
        np.save(folder / "names_owners.npy", self._owners)
        np.save(folder / "names_weight.npy", self._weight)
        postings = self._trigram_postings()
        grams = sorted(postings)
        (folder / "names_grams.txt").write_text("\n".join(grams), encoding="utf-8")
        np.save(folder / "names_starts.npy", np.cumsum([0, *(len(postings[g]) for g in grams)]))
        np.save(folder / "names_postings.npy", np.concatenate([postings[g] for g in grams]))

    @classmethod
    def load(cls, folder: Path) -> NameIndex:
        """Read what :meth:`save` wrote."""

        def lines(name: str) -> list[str]:
            return (folder / f"names_{name}.txt").read_text(encoding="utf-8").split("\n")

        index = cls(
            lines("keys"),
            lines("bare"),
            lines("suffixes"),
            np.load(folder / "names_owners.npy"),
            np.load(folder / "names_weight.npy"),
        )
        starts = np.load(folder / "names_starts.npy")
        flat = np.load(folder / "names_postings.npy", mmap_mode="r")
        grams = lines("grams")
        index._postings = {gram: flat[starts[j] : starts[j + 1]] for j, gram in enumerate(grams)}
        return index

    def exact(self, text: str) -> list[int]:
        """Positions whose whole name is that one; failing that, whose name without its kind is."""
        asked = key(text)
        return list(self._exact.get(asked, ())) or list(self._bare.get(asked, ()))

    def _starting(self, text: str) -> np.ndarray:
        """Positions that have a word, or a run of words, beginning with ``text``."""
        low = bisect_left(self._suffixes, text)
        high = bisect_right(self._suffixes, text + LAST)
        return self._owners[low:high]

    def _heaviest(self, found: Iterable[int], n: int, among: np.ndarray | None) -> list[int]:
        unique = np.unique(np.fromiter(found, np.int64))
        if among is not None:
            unique = unique[among[unique]]
        weight = self._weight[unique]
        if len(unique) > 4 * n > 0:  # all that weigh as much as the n-th: ties go to the first
            unique = unique[weight >= np.partition(weight, -n)[-n]]
        return unique[np.argsort(-self._weight[unique], kind="stable")][:n].tolist()

    def _words(self, asked: list[str]) -> np.ndarray:
        found = self._starting(asked[0])
        for word in asked[1:]:
            found = np.intersect1d(found, self._starting(word))
        return found

    def _trigram_postings(self) -> dict[str, np.ndarray]:
        if self._postings is None:
            lists: dict[str, list[int]] = defaultdict(list)
            for i, text in enumerate(self._keys):
                for gram in set(_trigrams(text)):
                    lists[gram].append(i)
            self._postings = {gram: np.array(at, np.int32) for gram, at in lists.items()}
        return self._postings

    @cached_property
    def _length_of(self) -> np.ndarray:
        return np.fromiter((len(k) for k in self._keys), float, len(self._keys))

    def _resembling(self, asked: str, n: int, among: np.ndarray | None) -> list[int]:
        postings = self._trigram_postings()
        hits = [postings[gram] for gram in set(_trigrams(asked)) if gram in postings]
        if not hits:
            return []
        counts = np.bincount(np.concatenate(hits), minlength=len(self._keys)).astype(float)
        likeness = counts / (self._length_of + len(asked) + 4)
        if among is not None:
            likeness[~among] = -1.0
        near = np.argpartition(-likeness, min(FUZZY_CANDIDATES, len(likeness) - 1))
        near = near[:FUZZY_CANDIDATES]
        near = near[likeness[near] > 0]
        scored = process.extract(
            asked,
            {int(i): self._keys[i] for i in near},
            scorer=fuzz.ratio,
            limit=None,
            score_cutoff=FUZZY_CUTOFF,
        )

        def rank(item: tuple[str, float, int]) -> tuple[float, int]:
            _, score, i = item
            return (-(score + 2.5 * np.log10(1 + self._weight[i])), i)

        return [i for _, _, i in sorted(scored, key=rank)][:n]

    def search(self, text: str, n: int = 10, among: np.ndarray | None = None) -> list[int]:
        """Up to ``n`` positions, best first: whole names, beginnings, words inside, look-alikes.

        ``among`` (n,) bool keeps only the positions where it is true.
        """
        asked = tokens(text)
        if not asked:
            return []
        whole = " ".join(asked)
        tiers = [
            self._heaviest(self._exact.get(whole, ()), n, among),
            self._heaviest(self._bare.get(whole, ()), n, among),
        ]
        starting = self._starting(whole)
        begins = self._heaviest((i for i in starting if self._keys[i].startswith(whole)), n, among)
        tiers += [begins, self._heaviest(starting, n, among)]
        if len(asked) > 1:
            tiers.append(self._heaviest(self._words(asked), n, among))
        found = list(dict.fromkeys(i for tier in tiers for i in tier))
        if len(found) < min(n, 3) and len(whole) > 2:
            found = list(dict.fromkeys(found + self._resembling(whole, n, among)))
        return found[:n]
