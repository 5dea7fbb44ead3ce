"""The application of cooperations."""

from django.apps import AppConfig


class CooperationsConfig(AppConfig):
    """The cooperation workspace."""

    name = "reciproque.web.cooperations"
    label = "cooperations"
