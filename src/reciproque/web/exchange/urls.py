"""The addresses of exchange: nouns."""

from django.urls import path

from reciproque.web.exchange.views import (
    chains,
    imports,
    loans,
    mentoring,
    proposals,
    searching,
    wishes,
)

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
    path("echanges/<uuid:key>/propositions/", proposals.for_wish, name="wish-matching"),
    path("echanges/propositions/", proposals.ask, name="ask-matching"),
    path("echanges/propositions/<uuid:key>/", proposals.matching, name="matching"),
    path("echanges/propositions/<uuid:key>/ajuster/", proposals.adjust, name="adjust-matching"),
    path("echanges/propositions/<uuid:key>/comparer/", proposals.compare, name="compare-matchings"),
    path("echanges/propositions/<uuid:key>/envoyer/", proposals.send, name="send-proposals"),
    path("echanges/proposition/<uuid:key>/", proposals.proposal, name="proposal"),
    path("echanges/proposition/<uuid:key>/refus/", proposals.decline, name="decline-proposal"),
    path("echanges/filieres/<slug:slug>/", chains.chain, name="chain"),
    path("echanges/filieres/<slug:slug>/etape/", chains.edit, name="new-step"),
    path("echanges/filieres/<slug:slug>/etape/<uuid:key>/", chains.edit, name="edit-step"),
    path(
        "echanges/filieres/<slug:slug>/etape/<uuid:key>/retrait/", chains.remove, name="remove-step"
    ),
    path("echanges/prets/", loans.items, name="items"),
    path("echanges/prets/nouveau/", loans.edit, name="new-item"),
    path("echanges/prets/<uuid:key>/", loans.item, name="item"),
    path("echanges/prets/<uuid:key>/modifier/", loans.edit, name="edit-item"),
    path("echanges/prets/<uuid:key>.ics", loans.feed, name="item-feed"),
    path("echanges/emprunts/<uuid:key>/", loans.step, name="loan-step"),
    path("echanges/proposition/<uuid:key>/suivi/", mentoring.begin, name="begin-mentoring"),
    path("echanges/suivis/<uuid:key>/", mentoring.mentoring, name="mentoring"),
    path("echanges/suivis/<uuid:key>/suite/", mentoring.change, name="change-mentoring"),
    path("echanges/suivis/<uuid:key>/signalement/", mentoring.report, name="report-incident"),
    path("echanges/signalements/<uuid:key>/", mentoring.handle, name="handle-incident"),
]
