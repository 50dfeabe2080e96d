"""Whether a site stands in a park, over all the places where it may be."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import shapely

from geo_relocation.assessment import assess, load_shipped
from geo_relocation.model import split_codes
from geo_relocation.model.told import said
from geo_relocation.screening import screen

CITY = {"old_district_code": ["725"]}


@pytest.fixture
def run(make_zones, make_parks):
    def call(sites, *parks, zones=None):
        wide = zones or make_zones(("industrial", "existing", shapely.box(-3e4, -3e4, 3e4, 3e4)))
        return screen(sites, wide, run_id="R", parks=make_parks(*parks), threads=1)

    return call


def answers(found):
    return [None if pd.isna(value) else bool(value) for value in found["in_park"]]


def test_a_vague_place_is_not_in_a_park_because_its_middle_is(make_sites, run):
    """Known to within 7 km; the park takes 9 % of that."""
    half = np.sqrt(0.09 * np.pi) * 7018 / 2
    site = make_sites(
        shapely.Point(0, 0), accuracy_m=[7018.0], land_m2=[2000.0], construction_breach=[True],
        **CITY,
    )  # fmt: skip
    found = run(site, shapely.box(-half, -half, half, half))
    assert answers(found) == [None]
    assert found["park_probability"][0] == pytest.approx(0.09, abs=0.01)
    assert found["park_id"].isna().all()
    assert "số vị trí có thể có nằm trong khu, cụm công nghiệp" in said(found["detail"][0], "vi")
    rules, now = load_shipped("any-of-four-2024"), dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    decision = assess(site, found, rules, run_id="A", author="x", decided_at=now).iloc[0]
    assert decision["route"] == "undecided"
    assert split_codes(decision["missing"]) == ("in_park",)


def test_the_middle_outside_a_park_does_not_rule_it_out(make_sites, run):
    site = make_sites(shapely.Point(0, 0), accuracy_m=[500.0], land_m2=[400.0])
    found = run(site, shapely.box(-2000, 10, 2000, 2000))
    assert answers(found) == [None]
    assert found["park_probability"][0] == pytest.approx(0.49, abs=0.02)
    far = run(site, shapely.box(-2000, 480, 2000, 2000))
    assert answers(far) == [False]


def test_without_a_place_it_is_not_known(make_sites, run):
    found = run(make_sites(None, shapely.box(0, 0, 9, 9)), shapely.box(50, 0, 60, 10))
    assert answers(found) == [None, False]
    assert np.isnan(found["park_probability"][0])


def test_land_in_two_parks_is_in_parks_but_in_neither_for_half(make_sites, run):
    plot = shapely.box(0, 0, 100, 10)
    parks = shapely.box(-50, -50, 40, 50), shapely.box(60, -50, 150, 50)
    found = run(make_sites(plot), *parks)
    assert answers(found) == [True]
    assert found["park_id"].isna().all()
    assert found["reason"][0] == "in-park"


def test_the_park_that_holds_it_wherever_it_may_be_is_named(make_sites, run):
    """The small park inside is not certain, and beyond the border lies the next."""
    here = shapely.Point(0, 0)
    sites = make_sites(*[here] * 3, accuracy_m=[50.0, 5.0, 50.0], land_m2=[300.0] * 3)
    large, small = shapely.box(-200, -200, 200, 200), shapely.box(-30, -30, 30, 30)
    found = run(sites, large, small)
    assert found["park_id"].tolist() == ["P0", "P1", "P0"]
    west, east = shapely.box(-200, -200, 0, 200), shapely.box(0, -200, 200, 200)
    found = run(sites, west, east)
    assert answers(found) == [True] * 3
    assert found["park_id"].isna().all()


def test_a_commune_is_in_a_park_only_if_all_of_it_is(make_sites, run):
    site = make_sites(
        shapely.Point(0, 0), accuracy_m=[300.0], land_m2=[500.0], location_source=["unit"]
    )
    park = shapely.box(-900, -900, 900, 900)
    assert answers(run(site, park)) == [True]
    assert answers(run(site, park.difference(shapely.box(100, 100, 112, 112)))) == [None]


def test_probability_is_the_share_of_moved_sites_that_stand_in_parks(make_sites, run):
    """Nested parks, one with a hole, against each drawn place by itself."""
    plot = shapely.Polygon([(0, 0), (50, 5), (45, 40), (20, 15), (-10, 40)])
    parks = [
        shapely.Point(60, 30).buffer(90).difference(shapely.Point(60, 30).buffer(45)),
        shapely.box(70, 0, 130, 60),
        shapely.box(-300, -300, -40, 300),
        shapely.box(-90, -90, -50, 90),
    ]
    found = run(make_sites(plot, accuracy_m=[110.0]), *parks)["park_probability"][0]
    rng = np.random.default_rng(5)
    n = 4000
    radius, angle = 110 * np.sqrt(rng.uniform(size=n)), rng.uniform(0, 2 * np.pi, n)
    moved = [
        shapely.affinity.translate(plot, r * np.cos(a), r * np.sin(a))
        for r, a in zip(radius, angle, strict=True)
    ]
    held = shapely.area(shapely.intersection(moved, shapely.union_all(parks)))
    drawn = np.mean(held >= plot.area / 2)
    assert 0.1 < drawn < 0.9
    assert found == pytest.approx(drawn, abs=3 * np.sqrt(drawn * (1 - drawn) / n) + 0.01)
