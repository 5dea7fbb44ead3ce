"""What people write in a cooperation; each form keeps what was typed when it is refused."""

from reciproque.web.cooperations.forms.agreement import FactsForm, SignatureForm, VersionForm
from reciproque.web.cooperations.forms.base import ThingForm
from reciproque.web.cooperations.forms.cooperation import (
    CooperationForm,
    InvitationForm,
    LeaveForm,
    PartyForm,
    StartForm,
    SuccessorForm,
)
from reciproque.web.cooperations.forms.evaluation import FollowedForm, ReadingForm
from reciproque.web.cooperations.forms.expectation import AnswerForm, ExpectationForm
from reciproque.web.cooperations.forms.ledger import CommitmentForm, CorrectionForm, RecordForm
from reciproque.web.cooperations.forms.settling import PointsForm, ThresholdsForm
from reciproque.web.cooperations.forms.work import (
    ActionForm,
    CostForm,
    DecisionForm,
    MeetingForm,
    SourceForm,
)

__all__ = [
    "ActionForm",
    "AnswerForm",
    "CommitmentForm",
    "CooperationForm",
    "CorrectionForm",
    "CostForm",
    "DecisionForm",
    "ExpectationForm",
    "FactsForm",
    "FollowedForm",
    "InvitationForm",
    "LeaveForm",
    "MeetingForm",
    "PartyForm",
    "PointsForm",
    "ReadingForm",
    "RecordForm",
    "SignatureForm",
    "SourceForm",
    "StartForm",
    "SuccessorForm",
    "ThingForm",
    "ThresholdsForm",
    "VersionForm",
]
