"""Site against zone: shares, distances, verdict."""

from geo_relocation.screening.distances import DistanceTable, distance_table, shipped_tables
from geo_relocation.screening.parameters import ScreeningParameters
from geo_relocation.screening.screen import screen
from geo_relocation.screening.summary import compare_runs, summarise

__all__ = [
    "DistanceTable",
    "ScreeningParameters",
    "compare_runs",
    "distance_table",
    "screen",
    "shipped_tables",
    "summarise",
]
