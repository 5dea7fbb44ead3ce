"""The addresses of accounts."""

from django.urls import include, path

from reciproque.web.accounts.views import account

urlpatterns = [
    path("compte/", account.account, name="account"),
    path("compte/structures/nouvelle/", account.new_actor, name="new-actor"),
    path("compte/mes-donnees.json", account.export, name="export-account"),
    path("compte/effacer/", account.erase, name="erase-account"),
    path("courrier/", account.mailbox, name="mailbox"),
    path("compte/", include("allauth.urls")),
]
