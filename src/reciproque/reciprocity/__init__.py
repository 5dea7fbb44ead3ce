"""Reciprocity: who gives, who receives, is it fair; the lightest form; signals of vitality.

>>> from datetime import date
>>> from reciproque.kernel import Record
>>> from reciproque.reciprocity import balance
>>> there = Record("1", "Rive A", "Rive B", "expertise", 4, "h", date(2026, 3, 1), confirmed=True)
>>> back = Record("2", "Rive B", "Rive A", "expertise", 2, "h", date(2026, 4, 1), confirmed=True)
>>> round(balance([], [there, back]).returned("expertise"), 3)
0.667
"""

from reciproque.reciprocity._balance import (
    Balance,
    Pair,
    balance,
    balance_of,
    lines,
    occurrences,
)
from reciproque.reciprocity._case import (
    Case,
    CaseError,
    case_of,
    read_case,
    validate,
)
from reciproque.reciprocity._coherence import check_record
from reciproque.reciprocity._forms import (
    Proposal,
    check_is_old,
    conditions_in_words,
    facts_of,
    forms,
    legal_rule,
)
from reciproque.reciprocity._funding import Cost, Plan, Source, cost_of, plan
from reciproque.reciprocity._signals import review_due, signals
from reciproque.reciprocity._speak import explain_signal, say_quantity, todo_of_signal
from reciproque.shares import nash, shapley
from reciproque.vocabulary import in_own_unit, unit_of, units_for

__all__ = [
    "Balance",
    "Case",
    "CaseError",
    "Cost",
    "Pair",
    "Plan",
    "Proposal",
    "Source",
    "balance",
    "balance_of",
    "case_of",
    "check_is_old",
    "check_record",
    "conditions_in_words",
    "cost_of",
    "explain_signal",
    "facts_of",
    "forms",
    "in_own_unit",
    "legal_rule",
    "lines",
    "nash",
    "occurrences",
    "plan",
    "read_case",
    "review_due",
    "say_quantity",
    "shapley",
    "signals",
    "todo_of_signal",
    "unit_of",
    "units_for",
    "validate",
]
