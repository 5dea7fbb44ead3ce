"""The addresses of exchange: nouns."""

from django.urls import path

from reciproque.web.exchange.views import imports, searching, wishes

urlpatterns = [
    path("echanges/", searching.wishes, name="wishes"),
    path("echanges/flux.xml", searching.NewWishes(), name="wishes-feed"),
    path("echanges/liste.csv", searching.take, {"kind": "csv"}, name="wishes-csv"),
    path("echanges/liste.xlsx", searching.take, {"kind": "xlsx"}, name="wishes-xlsx"),
    path("echanges/recherches/", searching.follow, name="follow-search"),
    path("echanges/miens/", wishes.mine, name="my-wishes"),
    path("echanges/tableur/", imports.sheet, name="wishes-sheet"),
    path("echanges/confirmation/", wishes.confirm, name="confirm-wishes"),
    path("echanges/confirmation/<str:secret>/", wishes.confirm, name="confirm-wish"),
    path("echanges/nouveau/<slug:noun>/", wishes.new, name="new-wish"),
    path("echanges/<uuid:key>/", wishes.wish, name="wish"),
    path("echanges/<uuid:key>/modifier/", wishes.change, name="change-wish"),
    path("echanges/<uuid:key>/etat/", wishes.close, name="close-wish"),
    path("echanges/<uuid:key>/signalement/", imports.report, name="report-wish"),
]
