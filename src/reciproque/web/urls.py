"""Addresses: nouns, French without a prefix, other languages behind theirs."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from reciproque.web.api import api

urlpatterns = [path("api/", api.urls)]
urlpatterns += i18n_patterns(
    path("", include("reciproque.web.accounts.urls")),
    path("", include("reciproque.web.cooperations.urls")),
    path("", include("reciproque.web.exchange.urls")),
    path("", include("reciproque.web.registry.urls")),
    prefix_default_language=False,
)
handler404 = "reciproque.web.shared.errors.not_found"
handler500 = "reciproque.web.shared.errors.broken"
