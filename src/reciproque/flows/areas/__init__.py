"""Living areas: what daily journeys draw over the boundaries."""

from reciproque.flows.areas._areas import (
    AreaCriteria,
    LivingAreas,
    areas_of_zones,
    assign,
    living_areas,
    warm_areas,
)
from reciproque.flows.areas._drawing import (
    area_names,
    area_outlines,
    area_territories,
    cut_epci,
)
from reciproque.flows.areas._leiden import agreement, leiden
from reciproque.flows.areas._zones import Zones, read_zones

__all__ = [
    "AreaCriteria",
    "LivingAreas",
    "Zones",
    "agreement",
    "area_names",
    "area_outlines",
    "area_territories",
    "areas_of_zones",
    "assign",
    "cut_epci",
    "leiden",
    "living_areas",
    "read_zones",
    "warm_areas",
]
