"""Matching: who could give what to whom, with reasons; what is refused, and why.

Needs and offers in, proposals out: nothing is saved, nothing is agreed.  See docs/methode-rapprochement.md.
"""

from reciproque.matching._eligibility import Candidates, candidates, why_not
from reciproque.matching._files import MatchFile, MatchFileError, read_match, read_tables
from reciproque.matching._pairs import pairs
from reciproque.matching._problem import Problem

__all__ = [
    "Candidates",
    "MatchFile",
    "MatchFileError",
    "Problem",
    "candidates",
    "pairs",
    "read_match",
    "read_tables",
    "why_not",
]
