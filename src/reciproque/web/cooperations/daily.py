"""The part of cooperations in what happens once a day."""

from reciproque.web.cooperations import tasks
from reciproque.web.shared.daily import daily

daily("rappels")(tasks.remind)
daily("oublis")(tasks.forget)
