"""Where a site stands: accuracy, parks, units, sources of pollution."""

import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_relocation.errors import CrsMismatchError, DataError
from geo_relocation.model import schema, split_codes
from geo_relocation.model.told import said
from geo_relocation.screening import ScreeningParameters, screen
from geo_relocation.screening.distances import parse_distance_table


def run(sites, zones, **options):
    options.setdefault("parameters", ScreeningParameters(housing_buffer_m=50))
    return screen(sites, zones, run_id="R", threads=1, **options)


def verdicts(found):
    return list(zip(found["verdict"], found["reason"], strict=True))


def layer(*shapes, crs="EPSG:9210", **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


@pytest.fixture
def town(make_zones, square):
    """Housing west of x = 1000, industry east of it."""
    return make_zones(
        ("residential", "existing", square(0, 0, 1000)),
        ("industrial", "existing", shapely.box(1000, 0, 6000, 1000)),
    )


def test_distance_is_measured_from_the_source_of_pollution(make_sites, town, square):
    sites = make_sites(square(1010, 100, 200), square(1010, 500, 200), square(1010, 800, 100))
    sources = layer(
        shapely.Point(1150, 150), square(1180, 180, 20), square(1040, 550, 9), None,
        site_id=["S0", "S0", "S1", "S2"],
    )  # fmt: skip
    found = run(sites, town, sources=sources)
    assert found["housing_distance_m"].tolist() == [150, 40, 10]
    assert verdicts(found) == [
        ("clear", "outside"),
        ("check", "too-near-housing"),
        ("check", "too-near-housing"),
    ]
    # The share is of the land all the same.
    assert run(make_sites(square(900, 0, 200)), town, sources=layer(site_id=[]))[
        "residential_share"
    ][0] == pytest.approx(0.5)


def test_a_source_without_a_site_or_in_another_crs_is_refused(make_sites, town, square):
    sites = make_sites(square(1010, 100, 200))
    point = shapely.Point(0, 0)
    with pytest.raises(DataError, match="S9"):
        run(sites, town, sources=layer(point, site_id=["S9"]))
    with pytest.raises(CrsMismatchError):
        run(sites, town, sources=layer(point, site_id=["S0"], crs="EPSG:3405"))


def test_houses_count_beside_residential_zones(make_sites, town, square):
    sites = make_sites(square(3000, 100, 100))
    assert run(sites, town)["verdict"][0] == "clear"
    found = run(sites, town, houses=layer(square(3130, 100, 10), None))
    assert verdicts(found) == [("check", "too-near-housing")]
    assert found["housing_distance_m"][0] == 30
    assert "cách nhà ở, đất ở hiện trạng 30 m, yêu cầu 50 m" in said(found["detail"][0], "vi")


def test_schools_and_health_are_held_to_the_same_distance(make_sites, make_parks, town, square):
    sites = make_sites(square(3000, 100, 100), square(3000, 600, 100))
    found = run(sites, town, sensitive=layer(shapely.Point(3149, 150)))
    assert verdicts(found) == [("check", "too-near-sensitive"), ("clear", "outside")]
    assert found["sensitive_distance_m"][0] == 49
    inside = run(
        sites,
        town,
        sensitive=layer(shapely.Point(3149, 150)),
        parks=make_parks(square(2900, 0, 900)),
    )
    assert verdicts(inside) == [("clear", "in-park")] * 2


def test_planned_housing_stands_in_and_is_called_so(make_sites, make_zones, square):
    planned = make_zones(
        ("residential", "planned", square(0, 0, 1000)),
        ("industrial", "planned", shapely.box(1000, 0, 6000, 1000)),
    )
    found = run(make_sites(square(1020, 100, 100)), planned)
    assert "cách đất ở quy hoạch 20 m" in said(found["detail"][0], "vi")


def test_of_nested_parks_the_smaller_is_named(make_sites, make_parks, town, square):
    parks = make_parks(square(1000, 0, 1000), square(1100, 100, 300), square(5000, 0, 10))
    sites = make_sites(square(1150, 150, 50), square(1700, 500, 50), square(3000, 0, 50))
    assert run(sites, town, parks=parks)["park_id"].fillna("").tolist() == ["P1", "P0", ""]
    points = make_sites(shapely.Point(1150, 150), accuracy_m=[0.0])
    assert run(points, town, parks=parks)["park_id"][0] == "P1"


def test_half_of_the_land_makes_a_site_one_of_a_park(make_sites, make_parks, town, square):
    parks = make_parks(square(2000, 0, 500))
    found = run(make_sites(square(1950, 0, 100), square(1949, 200, 100)), town, parks=parks)
    assert found["park_id"].fillna("").tolist() == ["P0", ""]


def test_a_park_spares_only_sites_that_are_certain_to_be_in_it(
    make_sites, make_parks, town, square
):
    parks = make_parks(square(1000, 0, 1000))
    here = shapely.Point(1030, 500)
    sites = make_sites(here, here, land_m2=[100.0] * 2, accuracy_m=[10.0, 25.0])
    found = run(sites, town, parks=parks)
    assert verdicts(found) == [("clear", "in-park")] * 2
    # At 25 m it is sure to be inside the park, but not when the park is a narrow one.
    narrow = run(sites, town, parks=make_parks(shapely.box(1015, 480, 1045, 520)))
    assert verdicts(narrow) == [("clear", "in-park"), ("check", "too-near-housing")]
    assert narrow["park_id"].fillna("").tolist() == ["P0", ""]
    assert narrow["in_park"].isna().tolist() == [False, True]
    assert narrow["required_distance_m"].isna().tolist() == [True, False]


def test_the_nearest_possible_place_counts_even_beyond_the_search_radius(make_sites, town):
    far = shapely.Point(3200, 500)  # 2200 m from housing
    sites = make_sites(far, far, land_m2=[10.0] * 2, accuracy_m=[2190.0, 100.0])
    found = run(sites, town)
    assert verdicts(found) == [("check", "too-near-housing"), ("clear", "outside")]
    assert found["housing_distance_m"][0] == pytest.approx(2200 - np.sqrt(10 / np.pi), abs=0.01)
    assert np.isnan(found["housing_distance_m"][1])


def test_without_a_required_distance_nothing_is_too_near_and_the_line_says_so(make_sites, town):
    sites = make_sites(
        shapely.Point(1300, 500), shapely.Point(1300, 500), accuracy_m=[10.0] * 2, vsic=["10", "23"]
    )
    table = parse_distance_table("match,value,distance_m,note\nvsic,23,400,\n", table_id="t")
    found = run(sites, town, parameters=ScreeningParameters(), table=table)
    assert verdicts(found) == [("clear", "outside"), ("check", "too-near-housing")]
    assert "chưa xét khoảng cách" in said(found["detail"][0], "vi")
    zero = run(sites, town, parameters=ScreeningParameters(housing_buffer_m=0))
    assert verdicts(zero) == [("clear", "outside")] * 2


def test_accuracy_that_is_not_recorded_is_taken_from_the_source(make_sites, town):
    here = shapely.Point(500, 500)
    sources = ["unit", "geocoder", "recalled", "coordinates", None]
    found = run(make_sites(*[here] * 5, location_source=sources), town)
    assert found["accuracy_m"].tolist() == [3000, 1600, 5000, 100, 100]
    assert found["verdict"].tolist() == ["check"] * 3 + ["conflict"] * 2
    own = ScreeningParameters(source_accuracy_m={"unit": 200.0})
    found = run(make_sites(here, here, location_source=["unit", "recalled"]), town, parameters=own)
    assert found["accuracy_m"].tolist() == [200, 100]


def test_a_line_is_taken_by_its_middle_and_not_by_what_it_crosses(make_sites, town):
    line = shapely.LineString([(990, 500), (1300, 500)])
    found = run(make_sites(line, land_m2=[400.0], accuracy_m=[0.0]), town)
    assert found["residential_share"][0] == 0
    assert found["land_m2"][0] == pytest.approx(400)


def test_all_cities_and_units_that_a_site_touches_are_named(make_sites, town, square):
    def unit(code, level, shape, until=None):
        return {
            "code": code,
            "level": level,
            "name": code,
            "valid_from": "2020-01-01",
            "valid_to": until,
            "geometry": shape,
        }

    rows = [
        unit("D1", "district", shapely.box(0, 0, 1060, 1000), "2025-06-30"),
        unit("D2", "district", shapely.box(1060, 0, 5000, 1000), "2025-06-30"),
        unit("U3", "commune", shapely.box(1055, 0, 5000, 1000)),
        unit("U1", "commune", shapely.box(0, 0, 1055, 1000)),
        unit("OLD", "commune", shapely.box(0, 0, 5000, 1000), "2025-06-30"),
    ]
    geometry = [row.pop("geometry") for row in rows]
    units = schema("admin_units").conform(gpd.GeoDataFrame(rows, geometry=geometry, crs=9210))
    sites = make_sites(square(1000, 0, 100), shapely.Point(1060, 5), square(9000, 0, 5))
    found = run(sites, town, admin_units=units)
    assert found["city_code"].fillna("").tolist() == ["D1", "D1", ""]
    assert split_codes(found["city_codes"][0]) == ("D1", "D2")
    assert split_codes(found["unit_codes"][0]) == ("U1", "U3")
    assert found["unit_code"].fillna("").tolist() == ["U1", "U3", ""]
    assert split_codes(found["city_codes"][2]) == ()


def test_blocks_do_not_change_the_findings(make_sites, make_parks, town, monkeypatch):
    rng = np.random.default_rng(4)
    xy = rng.uniform((0, 0), (3000, 1000), (60, 2))
    shapes = [
        shapely.box(x, y, x + 40, y + 30) if n % 3 else shapely.Point(x, y)
        for n, (x, y) in enumerate(xy)
    ]
    sites = make_sites(
        *shapes, accuracy_m=rng.choice([0.0, 80.0, 2500.0], 60).tolist(), land_m2=[900.0] * 60
    )
    parks = make_parks(shapely.box(1200, 0, 1500, 1000))
    whole = run(sites, town, parks=parks)
    monkeypatch.setattr(sys.modules["geo_relocation.screening.screen"], "BLOCK", 7)
    pieces = run(sites, town, parks=parks)
    assert whole.equals(pieces)
    assert whole["verdict"].nunique() == 3


def test_no_sites_and_no_zones_give_no_finding_and_no_error(make_sites, make_zones, town, square):
    assert len(run(make_sites(), town)) == 0
    found = run(make_sites(square(0, 0, 5)), town.iloc[:0])
    assert verdicts(found) == [("check", "no-zone")]
