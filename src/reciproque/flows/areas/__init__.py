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
from reciproque.flows.areas._known import (
    AreaPart,
    AreaSource,
    area_sources,
    areas_of_territory,
    common_area,
    known_areas,
    name_of_area,
    outline_of,
)
from reciproque.flows.areas._leiden import agreement, leiden
from reciproque.flows.areas._zones import Zones, read_zones

__all__ = [
    "AreaCriteria",
    "AreaPart",
    "AreaSource",
    "LivingAreas",
    "Zones",
    "agreement",
    "area_names",
    "area_outlines",
    "area_sources",
    "area_territories",
    "areas_of_territory",
    "areas_of_zones",
    "assign",
    "common_area",
    "cut_epci",
    "known_areas",
    "leiden",
    "living_areas",
    "name_of_area",
    "outline_of",
    "read_zones",
    "warm_areas",
]
