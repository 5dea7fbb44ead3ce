"""The addresses of accounts."""

from django.urls import include, path

from reciproque.web.accounts.views import account, notices

urlpatterns = [
    path("compte/", account.account, name="account"),
    path("compte/structures/nouvelle/", account.new_actor, name="new-actor"),
    path("compte/mes-donnees.json", account.export, name="export-account"),
    path("compte/cles/", account.tokens, name="tokens"),
    path("compte/effacer/", account.erase, name="erase-account"),
    path("desinscription/<str:token>/", account.unsubscribe, name="unsubscribe"),
    path("informations/<slug:slug>/", notices.notice, name="notice"),
    path("courrier/", account.mailbox, name="mailbox"),
    path("compte/", include("allauth.urls")),
]
