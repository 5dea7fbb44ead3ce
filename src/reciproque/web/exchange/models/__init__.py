"""What the database keeps of exchange."""

from reciproque.web.exchange.models.loan import Item, Loan
from reciproque.web.exchange.models.lot import Certificate, Lot, LotStep
from reciproque.web.exchange.models.matching import Matching, Proposal, as_reason
from reciproque.web.exchange.models.mentoring import Incident, Mentoring
from reciproque.web.exchange.models.patronage import (
    CallNeed,
    GiftCost,
    Pot,
    PotGift,
    PotPart,
    SupportCall,
)
from reciproque.web.exchange.models.report import WishReport
from reciproque.web.exchange.models.round import CollectionRound, RoundStop
from reciproque.web.exchange.models.step import Step
from reciproque.web.exchange.models.wish import FollowedSearch, Submission, Wish

__all__ = [
    "CallNeed",
    "Certificate",
    "CollectionRound",
    "FollowedSearch",
    "GiftCost",
    "Incident",
    "Item",
    "Loan",
    "Lot",
    "LotStep",
    "Matching",
    "Mentoring",
    "Pot",
    "PotGift",
    "PotPart",
    "Proposal",
    "RoundStop",
    "Step",
    "Submission",
    "SupportCall",
    "Wish",
    "WishReport",
    "as_reason",
]
