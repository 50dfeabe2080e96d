"""Every rule that forbids a pair is kept, not only the first one tried."""

from __future__ import annotations

import geopandas as gpd
from shapely import LineString

from geo_relocation.matching import MatchSpecification
from geo_relocation.matching.build import rebuild
from geo_relocation.matching.rules import bit, rule_of
from geo_relocation.model import schema


def _first(problem):
    return rule_of(problem.barriers[0, 0]).code


def test_a_pair_that_no_road_joins_stays_so_when_another_rule_falls(province):
    lines = [LineString([(0, 0), (9_000, 0)]), LineString([(0, 90_000), (9_000, 90_000)])]
    roads = gpd.GeoDataFrame({"road_id": ["a", "b"]}, geometry=lines, crs="EPSG:9210")
    spec = MatchSpecification.model_validate({"factors": {"unreachable": "forbid"}})
    park = {"park_id": "p", "free_ha": 90.0, "xy": (5, 90), "refused_sectors": "20"}
    problem = province(
        [{"site_id": "a", "vsic": "20"}], [park], spec, roads=schema("roads").conform(roads)
    )
    assert _first(problem) == "sector"
    open_to_all = problem.frames.parks.assign(refused_sectors=None)
    assert _first(rebuild(problem, parks=open_to_all)) == "unreachable"


def test_a_park_that_is_open_and_has_no_land_yet_is_not_said_to_be_closed(province):
    spec = MatchSpecification.model_validate(
        {
            "phases": [2026, 2027, 2028],
            "where": {
                "land": [
                    {"park": "p", "ha": 0.0, "from_year": 2026},
                    {"park": "p", "ha": 50.0, "from_year": 2028},
                ]
            },
        }
    )
    site = {"site_id": "a", "latest_phase": 2027}
    parks = [{"park_id": "p", "free_ha": 0.0}, {"park_id": "q", "free_ha": 50.0, "opens": 2028}]
    problem = province([site], parks, spec)
    assert [rule_of(one).code for one in problem.barriers[0]] == ["too-small", "not-open"]


def test_a_firm_without_a_year_is_no_matter_of_the_park(province):
    spec = MatchSpecification.model_validate({"phases": [2026, 2027]})
    problem = province(
        [{"site_id": "a", "earliest_phase": 2030}],
        [{"park_id": "p", "free_ha": 90.0, "env_level_max": "II"}],
        spec,
    )
    assert problem.rules[0, 0] == bit("no-year")
