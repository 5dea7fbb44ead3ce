"""What people write in exchange; each form keeps what was typed when it is refused."""

from reciproque.web.exchange.forms.chain import ChainStepForm
from reciproque.web.exchange.forms.loan import ItemForm, LoanForm, StepForm
from reciproque.web.exchange.forms.lot import (
    CertificateForm,
    CollectForm,
    LotForm,
    RouteForm,
    TreatForm,
)
from reciproque.web.exchange.forms.mentoring import IncidentForm, PairForm, SessionForm
from reciproque.web.exchange.forms.patronage import (
    CallForm,
    CostForm,
    GiftForm,
    PotForm,
    TurnoverForm,
)
from reciproque.web.exchange.forms.proposal import AnswerForm, AskForm, WayForm
from reciproque.web.exchange.forms.round import RoundForm, WeightsForm
from reciproque.web.exchange.forms.search import SearchForm
from reciproque.web.exchange.forms.wish import PublicWishForm, WishForm

__all__ = [
    "AnswerForm",
    "AskForm",
    "CallForm",
    "CertificateForm",
    "ChainStepForm",
    "CollectForm",
    "CostForm",
    "GiftForm",
    "IncidentForm",
    "ItemForm",
    "LoanForm",
    "LotForm",
    "PairForm",
    "PotForm",
    "PublicWishForm",
    "RoundForm",
    "RouteForm",
    "SearchForm",
    "SessionForm",
    "StepForm",
    "TreatForm",
    "TurnoverForm",
    "WayForm",
    "WeightsForm",
    "WishForm",
]
