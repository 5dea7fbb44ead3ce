"""What the database keeps of exchange."""

from reciproque.web.exchange.models.loan import Item, Loan
from reciproque.web.exchange.models.matching import Matching, Proposal, as_reason
from reciproque.web.exchange.models.mentoring import Incident, Mentoring
from reciproque.web.exchange.models.report import WishReport
from reciproque.web.exchange.models.step import Step
from reciproque.web.exchange.models.wish import FollowedSearch, Submission, Wish

__all__ = [
    "FollowedSearch",
    "Incident",
    "Item",
    "Loan",
    "Matching",
    "Mentoring",
    "Proposal",
    "Step",
    "Submission",
    "Wish",
    "WishReport",
    "as_reason",
]
