"""How allauth makes people: by their address alone."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    """One word for an address, and home to one's cooperations after sign-in."""

    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("cooperations")

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There is no username."""
