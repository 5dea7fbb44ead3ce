"""The addresses of the registry: nouns."""

from django.urls import path

from reciproque.web.registry.views import (
    areas,
    coalitions,
    compose,
    data,
    downloads,
    figures,
    home,
    links,
    pages,
    pair,
    partners,
    portrait,
    scenario,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("territoires/", home.search, name="search"),
    path("territoires/composer/", compose.compose, name="compose"),
    path("territoires/<str:code>/", portrait.portrait, name="portrait"),
    path("territoires/<str:code>/modifier/", compose.change, name="change"),
    path("territoires/<str:code>/definition.toml", compose.definition, name="definition"),
    path("territoires/<str:code>/partenaires/", partners.partners, name="partners"),
    path("territoires/<str:code>/partenaires.csv", downloads.partners_csv, name="partners-csv"),
    path("territoires/<str:code>/chiffres/", figures.figures, name="figures"),
    path("territoires/<str:code>/membres.csv", downloads.members_csv, name="members-csv"),
    path(
        "territoires/<str:code>/membres.geojson", downloads.members_geojson, name="members-geojson"
    ),
    path("territoires/<str:code>/chiffres.csv", downloads.figures_csv, name="figures-csv"),
    path("territoires/<str:code>/liens/", links.links, name="links"),
    path("territoires/<str:code>/bassins/", areas.area, name="area"),
    path("territoires/<str:code>/bassins.geojson", areas.area_geojson, name="area-geojson"),
    path("territoires/<str:code>/scenario/", scenario.scenario, name="scenario"),
    path("territoires/<str:code>/coalitions/", coalitions.coalitions, name="coalitions"),
    path("bassins/", areas.areas, name="areas"),
    path("bassins.csv", areas.areas_csv, name="areas-csv"),
    path("territoires/<str:code>/liens.csv", downloads.links_csv, name="links-csv"),
    path("territoires/<str:code>/liens.geojson", downloads.links_geojson, name="links-geojson"),
    path("territoires/<str:code>/contour.geojson", downloads.outline, name="outline"),
    path("territoires/<str:code>/dossier.pdf", downloads.dossier, name="dossier"),
    path("territoires/<str:code>/face-a-face/", pair.choose, name="choose-pair"),
    path("face-a-face/<str:a>/<str:b>/", pair.pair, name="pair"),
    path("face-a-face/<str:a>/<str:b>/rubans.csv", downloads.ribbons_csv, name="ribbons-csv"),
    path("face-a-face/<str:a>/<str:b>/chiffres.csv", downloads.pair_csv, name="pair-csv"),
    path(
        "face-a-face/<str:a>/<str:b>/contours.geojson", downloads.pair_geojson, name="pair-geojson"
    ),
    path("face-a-face/<str:a>/<str:b>/dossier.pdf", downloads.pair_dossier, name="pair-dossier"),
    path("donnees/", data.data, name="data"),
    path("<slug:page>/", pages.page, name="page"),
]
