"""What readers report of a need or an offer."""

from __future__ import annotations

from django.db import models

from reciproque.web.exchange.models.wish import Wish


class WishReport(models.Model):
    """Someone says that something published should not stand there; whoever administers settles it."""

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="reports")
    text = models.TextField(max_length=1000)
    created = models.DateTimeField(auto_now_add=True)
    settled = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("created",)
