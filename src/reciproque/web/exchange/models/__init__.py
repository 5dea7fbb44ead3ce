"""What the database keeps of exchange."""

from reciproque.web.exchange.models.matching import Matching, Proposal, as_reason
from reciproque.web.exchange.models.report import WishReport
from reciproque.web.exchange.models.wish import FollowedSearch, Submission, Wish

__all__ = [
    "FollowedSearch",
    "Matching",
    "Proposal",
    "Submission",
    "Wish",
    "WishReport",
    "as_reason",
]
