"""The application of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, actors, mandates."""

    name = "reciproque.web.accounts"
    label = "accounts"
