"""What the database keeps of cooperations."""

from reciproque.web.cooperations.models.agreement import (
    Rating,
    Review,
    SignalAnswer,
    Signature,
    Version,
)
from reciproque.web.cooperations.models.cooperation import (
    Answer,
    Cooperation,
    Expectation,
    Invitation,
    Party,
    StageChange,
)
from reciproque.web.cooperations.models.evaluation import Followed, Reading, Report
from reciproque.web.cooperations.models.guarded import CIRCLES, VISIBLE, WIDTH, GuardedQuerySet
from reciproque.web.cooperations.models.ledger import Commitment, Equivalences, Record
from reciproque.web.cooperations.models.work import (
    Action,
    Attendance,
    CostLine,
    Decision,
    FundingSource,
    Meeting,
)

__all__ = [
    "CIRCLES",
    "VISIBLE",
    "WIDTH",
    "Action",
    "Answer",
    "Attendance",
    "Commitment",
    "Cooperation",
    "CostLine",
    "Decision",
    "Equivalences",
    "Expectation",
    "Followed",
    "FundingSource",
    "GuardedQuerySet",
    "Invitation",
    "Meeting",
    "Party",
    "Rating",
    "Reading",
    "Record",
    "Report",
    "Review",
    "SignalAnswer",
    "Signature",
    "StageChange",
    "Version",
]
