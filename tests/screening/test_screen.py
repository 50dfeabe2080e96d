"""Screening on cases whose answer is known, and against an independent computation."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.errors import CrsMismatchError
from geo_relocation.model import schema, split_codes
from geo_relocation.model.told import said
from geo_relocation.screening import ScreeningParameters, screen, shipped_tables


def run(sites, zones, **options):
    found = screen(sites, zones, run_id="R", threads=1, **options)
    assert list(found.columns) == list(schema("findings").columns)
    assert found["site_id"].tolist() == sites["site_id"].tolist()
    return found


def verdicts(found):
    return list(zip(found["verdict"], found["reason"], strict=True))


def parameters(**given):
    return ScreeningParameters(housing_buffer_m=50, **given)


def test_land_wholly_in_housing_is_all_of_it_however_many_zones_it_crosses(make_sites, make_zones):
    """Shares order the batches: what the last bit of a sum says must not come before the rest."""
    lines = np.cumsum(np.full(12, 1000 / 7))
    tiles = [
        shapely.box(x, y, x + 1000 / 7, y + 1000 / 7)
        for x in lines + 600_000.1
        for y in lines + 1_206_000.3
    ]
    zones = make_zones(*[("residential", "planned", tile) for tile in tiles])
    middle = shapely.Point(600_950.0, 1_206_950.0)
    sites = make_sites(*[middle.buffer(300 + n / 3, quad_segs=5 + n % 9) for n in range(60)])
    found = run(sites, zones, parameters=parameters())
    assert set(found["residential_share"]) == {1.0}


def test_half_of_the_land_is_enough_for_conflict(make_sites, make_zones, square):
    zones = make_zones(
        ("residential", "existing", square(0, 0, 1000)),
        ("industrial", "existing", square(1000, 0, 1000)),
    )
    sites = make_sites(
        square(100, 100, 100),  # inside housing
        square(950, 300, 100),  # exactly half
        square(951, 500, 100),  # 49 %
        square(997, 700, 100),  # 3 %
        square(1049, 300, 100),  # 49 m away
        square(1051, 500, 100),  # 51 m away
    )
    found = run(sites, zones, parameters=parameters())
    assert verdicts(found) == [
        ("conflict", "residential"),
        ("conflict", "residential"),
        ("check", "partial-overlap"),
        ("check", "too-near-housing"),
        ("check", "too-near-housing"),
        ("clear", "outside"),
    ]
    assert found["residential_share"].tolist() == pytest.approx([1, 0.5, 0.49, 0.03, 0, 0])
    assert found["housing_distance_m"].tolist() == pytest.approx([0, 0, 0, 0, 49, 51])
    shares = json.loads(found["shares"][1])
    assert shares == pytest.approx({"residential": 0.5, "industrial": 0.5})
    assert found["zone_ids"][1] == "Z0;Z1"
    assert "49% đất nằm trong đất ở" in said(found["detail"][2], "vi")
    assert "chênh -1 điểm %" in said(found["detail"][2], "vi")


def test_details_use_vietnamese_numbers_with_digits_enough(make_sites, make_zones, square):
    zones = make_zones(("residential", "existing", square(0, 0, 1000)))
    sites = make_sites(
        *(square(1000 - width, 0, 100) for width in (49.96, 49.9999, 50, 100, 40, 12.34))
    )
    found = run(sites, zones, parameters=parameters(zone_cover=0))["detail"]
    lines = [said(detail, "vi") for detail in found]
    assert [line.removesuffix(")").split(" chênh ")[1] for line in lines] == [
        "-0,04 điểm %",
        "-0,0001 điểm %",
        "0 điểm %",
        "+50 điểm %",
        "-10 điểm %",
        "-37,7 điểm %",
    ]
    assert [line.split(" đất")[0] for line in lines] == [
        "49,96%", "49,9999%", "50%", "100%", "40%", "12,3%",
    ]  # fmt: skip


def test_planned_decides_over_existing_and_the_basis_can_be_chosen(make_sites, make_zones, square):
    zones = make_zones(
        ("industrial", "existing", square(0, 0, 1000)),
        ("residential", "planned", square(0, 0, 1000)),
    )
    sites = make_sites(square(100, 100, 100))
    verdict = {
        basis: run(sites, zones, parameters=parameters(plan_basis=basis))["verdict"][0]
        for basis in ("planned-then-existing", "planned", "existing")
    }
    assert verdict == {
        "planned-then-existing": "conflict",
        "planned": "conflict",
        "existing": "clear",
    }
    both = run(sites, zones, parameters=parameters(plan_basis="both"))
    assert verdicts(both) == [("check", "zones-disagree")]


def test_existing_fills_in_where_nothing_is_planned(make_sites, make_zones, square):
    zones = make_zones(
        ("industrial", "planned", square(0, 0, 50)),
        ("residential", "existing", square(0, 0, 1000)),
    )
    found = run(make_sites(square(0, 0, 100)), zones, parameters=parameters())
    assert found["residential_share"][0] == pytest.approx(0.75)


def test_zones_of_the_same_standing_that_disagree_are_checked(make_sites, make_zones, square):
    zones = make_zones(
        ("industrial", "planned", square(0, 0, 100)),
        ("residential", "planned", square(0, 0, 60)),
        ("green", "existing", square(5000, 0, 10)),
    )
    found = run(make_sites(square(0, 0, 60), square(0, 0, 100)), zones, parameters=parameters())
    assert verdicts(found) == [("check", "zones-disagree"), ("check", "partial-overlap")]


def test_precedence_is_a_parameter_that_is_used(make_sites, make_zones, square):
    zones = make_zones(
        ("industrial", "planned", square(0, 0, 100)), ("green", "planned", square(0, 0, 100))
    )
    sites = make_sites(square(10, 10, 50))
    order = list(ScreeningParameters().precedence)
    swapped = sorted(order, key=lambda c: c != "green")
    assert json.loads(run(sites, zones)["shares"][0]) == {"industrial": 1.0}
    flipped = run(sites, zones, parameters=ScreeningParameters(precedence=swapped))
    assert json.loads(flipped["shares"][0]) == {"green": 1.0}
    with pytest.raises(ValueError, match="every category once"):
        ScreeningParameters(precedence=order[1:])


def test_mixed_zones_count_as_housing_only_when_asked(make_sites, make_zones, square):
    zones = make_zones(("mixed", "existing", square(0, 0, 1000)))
    sites = make_sites(square(100, 100, 100))
    assert run(sites, zones, parameters=parameters())["verdict"][0] == "clear"
    asked = run(sites, zones, parameters=parameters(mixed_is_residential=True))
    assert asked["verdict"][0] == "conflict"


def test_inside_a_park_the_distance_rule_is_silent(make_sites, make_zones, make_parks, square):
    zones = make_zones(
        ("residential", "existing", square(0, 0, 1000)),
        ("industrial", "existing", square(1000, 0, 1000)),
    )
    sites = make_sites(square(1010, 100, 100))
    outside = run(sites, zones, parameters=parameters())
    inside = run(sites, zones, parameters=parameters(), parks=make_parks(square(1000, 0, 500)))
    assert verdicts(outside) == [("check", "too-near-housing")]
    assert verdicts(inside) == [("clear", "in-park")]
    assert inside["park_id"][0] == "P0"
    # A park that the plan turns into housing is still in conflict.
    turned = make_zones(("residential", "planned", square(1000, 0, 1000)))
    assert run(sites, turned, parks=make_parks(square(1000, 0, 500)))["verdict"][0] == "conflict"


def test_no_location_and_no_zone_are_said_and_not_guessed(make_sites, make_zones, square):
    zones = make_zones(("industrial", "existing", square(0, 0, 100)))
    found = run(make_sites(None, square(9000, 9000, 50)), zones)
    assert verdicts(found) == [("check", "no-location"), ("check", "no-zone")]
    assert np.isnan(found["residential_share"][0])


def test_a_point_is_taken_as_a_disc_of_its_land(make_sites, make_zones, square):
    zones = make_zones(
        ("residential", "existing", square(0, 0, 1000)),
        ("industrial", "existing", square(1000, 0, 1000)),
    )
    point = shapely.Point(1010, 500)
    sites = make_sites(point, point, land_m2=[10_000.0, None], accuracy_m=[0.0, 0.0])
    found = run(sites, zones, parameters=parameters())
    radius = np.sqrt(10_000 / np.pi)
    segment = radius**2 * np.arccos(10 / radius) - 10 * np.sqrt(radius**2 - 100)
    assert found["residential_share"][0] == pytest.approx(segment / 10_000, abs=0.002)
    assert found["land_m2"][0] == pytest.approx(10_000)
    assert found["residential_share"][1] == 0
    assert found["housing_distance_m"][1] == pytest.approx(10)


def test_vague_places_are_checked_and_certain_ones_are_not(make_sites, make_zones, square):
    zones = make_zones(
        ("residential", "existing", square(0, 0, 1000)),
        ("industrial", "existing", square(1000, 0, 1000)),
    )
    here = shapely.Point(900, 500)
    sites = make_sites(*[here] * 3, land_m2=[2000.0] * 3, accuracy_m=[10.0, 150.0, None])
    found = run(sites, zones, parameters=parameters(unknown_accuracy_m=400.0))
    assert verdicts(found) == [
        ("conflict", "residential"),
        ("check", "location-too-vague"),
        ("check", "location-too-vague"),
    ]
    assert found["accuracy_m"].tolist() == [10, 150, 400]
    # Half the land is in housing where the centre is: x < 1000 within a disc of 150 m round 900.
    t = 100 / 150
    expected = 1 - (np.arccos(t) - t * np.sqrt(1 - t**2)) / np.pi
    assert found["residential_probability"][1] == pytest.approx(expected, abs=0.01)


def test_a_ward_is_never_in_conflict_unless_all_of_it_is(make_sites, make_zones, square):
    speck = square(600, 600, 12)  # far below what sampling would notice
    zones = make_zones(
        ("residential", "existing", square(0, 0, 1000).difference(speck)),
        ("industrial", "existing", speck),
    )
    whole = make_zones(("residential", "existing", square(0, 0, 1000)))
    sites = make_sites(
        shapely.Point(500, 500), accuracy_m=[300.0], land_m2=[500.0], location_source=["unit"]
    )
    assert run(sites, zones)["verdict"][0] == "check"
    assert run(sites, whole)["verdict"][0] == "conflict"


def test_required_distance_comes_from_the_table_by_class(make_sites, make_zones, square):
    zones = make_zones(
        ("residential", "existing", square(0, 0, 1000)),
        ("industrial", "existing", square(1000, 0, 2000)),
    )
    sites = make_sites(square(1200, 100, 50), square(1200, 300, 50), hazard_class=["III", "IV"])
    found = run(sites, zones)
    assert found["required_distance_m"].tolist() == [300, 100]
    assert verdicts(found) == [("check", "too-near-housing"), ("clear", "outside")]
    assert shipped_tables()["tcvn-4449-1987"].status == "superseded"


def test_points_on_several_zones_count_in_each_category(make_sites, make_zones, square):
    zones = make_zones(
        ("industrial", "existing", square(0, 0, 100)),
        ("residential", "existing", square(0, 0, 100)),
    )
    found = run(make_sites(square(10, 10, 10)), zones)
    assert split_codes(found["point_categories"][0]) == ("residential", "industrial")


def test_a_layer_in_feet_or_degrees_is_refused(make_sites, make_zones, square):
    sites, zones = make_sites(square(0, 0, 1)), make_zones(("green", "planned", square(0, 0, 9)))
    with pytest.raises(CrsMismatchError):
        screen(sites.set_crs("EPSG:2227", allow_override=True), zones, run_id="R")


boxes = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h),
    *[st.integers(0, 12)] * 2,
    *[st.integers(1, 8)] * 2,
)
kinds = st.sampled_from(["residential", "industrial", "green"])
statuses = st.sampled_from(["planned", "existing"])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(boxes, min_size=1, max_size=4),
    st.lists(st.tuples(kinds, statuses, boxes), min_size=1, max_size=6),
)
def test_shares_equal_a_count_of_cells_under_the_stated_rule(sites, zones):
    """The brute-force twin walks over unit cells and applies the rule in words."""
    found = run(_sites(sites), _zones(zones), parameters=parameters())
    order = [c.value for c in ScreeningParameters().precedence]
    for site, shares in zip(sites, found["shares"], strict=True):
        count = {}
        x0, y0, x1, y1 = map(int, site.bounds)
        for x in range(x0, x1):
            for y in range(y0, y1):
                cell = shapely.Point(x + 0.5, y + 0.5)
                claims = [(kind, status) for kind, status, zone in zones if zone.contains(cell)]
                planned = [kind for kind, status in claims if status == "planned"]
                claiming = planned or [kind for kind, _ in claims]
                if claiming:
                    winner = min(claiming, key=order.index)
                    count[winner] = count.get(winner, 0) + 1
        expected = {kind: n / site.area for kind, n in count.items()}
        assert json.loads(shares) == pytest.approx(expected, abs=1e-9)


def _sites(shapes):
    rows = {"site_id": [f"S{n}" for n in range(len(shapes))]}
    return schema("sites").conform(gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:9210"))


def _zones(zones):
    rows = {
        "zone_id": [f"Z{n}" for n in range(len(zones))],
        "category": [kind for kind, _, _ in zones],
        "status": [status for _, status, _ in zones],
    }
    shapes = [shape for _, _, shape in zones]
    return schema("zones").conform(gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:9210"))


def test_probability_is_the_share_of_moved_sites_that_would_be_in_conflict(make_zones):
    """Contested zones with holes and parts, against screening each drawn place by itself."""
    disc = shapely.Point(80, 40).buffer(90)
    zones = make_zones(
        ("industrial", "existing", shapely.box(-300, -300, 60, 300)),
        ("residential", "existing", disc.difference(shapely.Point(80, 40).buffer(40))),
        (
            "residential",
            "planned",
            shapely.MultiPolygon([shapely.box(-90, -90, -20, 40), shapely.box(0, 100, 90, 190)]),
        ),
        ("green", "planned", shapely.box(-40, -120, 30, -40)),
        ("commercial", "existing", shapely.box(60, -300, 300, 300)),
    )
    site = shapely.Polygon([(0, 0), (50, 5), (45, 40), (20, 15), (-10, 40)])
    rows = {"site_id": ["S"], "accuracy_m": [110.0]}
    stated = gpd.GeoDataFrame(rows, geometry=[site], crs="EPSG:9210")
    probability = run(schema("sites").conform(stated), zones)["residential_probability"][0]

    rng = np.random.default_rng(11)
    n = 3000
    radius, angle = 110 * np.sqrt(rng.uniform(size=n)), rng.uniform(0, 2 * np.pi, n)
    moved = [
        shapely.affinity.translate(site, r * np.cos(a), r * np.sin(a))
        for r, a in zip(radius, angle, strict=True)
    ]
    drawn = np.mean(run(_sites(moved), zones)["residential_share"] >= 0.5)
    assert 0.1 < drawn < 0.9
    error = 3 * np.sqrt(drawn * (1 - drawn) / n)
    assert probability == pytest.approx(drawn, abs=error + 0.01)


def test_land_of_unknown_use_is_checked_unless_it_could_not_matter(make_sites, make_zones, square):
    zones = make_zones(
        ("industrial", "planned", square(0, 0, 100)),
        ("unknown", "planned", square(100, 0, 100)),
        ("industrial", "planned", square(100, 0, 100)),
        ("residential", "planned", square(1000, 0, 100)),
        ("unknown", "planned", square(1000, 0, 100)),
    )
    shapes = (
        square(10, 10, 20),  # clear
        square(110, 10, 20),  # unknown, though industrial land is drawn there as well
        shapely.box(71, 10, 101, 20),  # a thirtieth of it: clear even if that were housing
        shapely.box(71, 10, 111, 20),  # a quarter of it
        square(1010, 10, 20),  # zones of one standing disagree
    )
    found = run(
        make_sites(*shapes, accuracy_m=[0.0] * 5, location_source=["survey"] * 5),
        zones,
        parameters=ScreeningParameters(housing_buffer_m=0),
    )
    assert found["reason"].tolist() == [
        "outside", "unknown-land-use", "outside", "unknown-land-use", "zones-disagree",
    ]  # fmt: skip
    assert found["verdict"].tolist() == ["clear", "check", "clear", "check", "check"]


def test_unknown_land_within_reach_of_a_vague_place_is_checked(make_sites, make_zones, square):
    zones = make_zones(
        ("industrial", "planned", square(0, 0, 200)), ("unknown", "planned", square(200, 0, 200))
    )
    sites = make_sites(
        square(150, 90, 20), square(20, 90, 20),
        accuracy_m=[60.0, 10.0], location_source=["coordinates"] * 2,
    )  # fmt: skip
    found = run(sites, zones, parameters=ScreeningParameters(housing_buffer_m=0))
    assert found["reason"].tolist() == ["unknown-land-use", "outside"]


def test_an_order_from_before_land_could_be_unknown_puts_it_behind_housing():
    order = [c for c in ScreeningParameters().precedence if c != "unknown"]
    assert ScreeningParameters(precedence=order).precedence == ScreeningParameters().precedence
