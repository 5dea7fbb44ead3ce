"""The application of exchange."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Needs, offers, proposals."""

    name = "reciproque.web.exchange"
    label = "exchange"
