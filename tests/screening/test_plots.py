"""Land shares of the commonest plots, rectangles and right angles, under overlapping zones."""

import geopandas as gpd
import numpy as np
import plots
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.geo import overlay
from geo_relocation.geo.outlines import outlines
from geo_relocation.model import schema
from geo_relocation.screening import ScreeningParameters, screen
from geo_relocation.screening.shares import CATEGORIES, category_shares, deciding_zones


def frame_of(zones):
    rows = {
        "zone_id": [f"Z{n}" for n in range(len(zones))],
        "category": [category for category, _, _ in zones],
        "status": [status for _, status, _ in zones],
    }
    shapes = [shape for _, _, shape in zones]
    return schema("zones").conform(gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:9210"))


def assert_same_shares(sites, zones, owner, basis="planned-then-existing"):
    """Shares and both extremes are those of the twin, to 1e-9."""
    parameters = ScreeningParameters(plan_basis=basis)
    shapes = np.empty(len(sites), dtype=object)
    shapes[:] = sites
    deciding = deciding_zones(frame_of(zones), parameters)
    found = category_shares(outlines(shapes), deciding, parameters, threads=1)
    near = [[] for _ in sites]
    for n, zone in zip(owner, zones, strict=True):
        near[n].append(zone)
    for n, site in enumerate(sites):
        shares, lowest, highest = plots.shares_by_overlay(
            site, near[n], one_standing=basis == "both"
        )
        expected = [*(shares.get(category.value, 0.0) for category in CATEGORIES), lowest, highest]
        said = [*found.share[n], found.lowest[n], found.highest[n]]
        assert np.abs(np.subtract(said, expected)).max() <= 1e-9, (n, site.wkt, near[n])


@pytest.mark.parametrize("basis", ["planned-then-existing", "both"])
def test_shares_of_awkward_plots_equal_plain_overlay(basis):
    assert_same_shares(*plots.draw_town(400, seed=11), basis)


@pytest.mark.nightly
@pytest.mark.parametrize("basis", ["planned-then-existing", "both"])
def test_shares_of_5000_awkward_plots_equal_plain_overlay(basis):
    assert_same_shares(*plots.draw_town(5000, seed=12), basis)


seeds = st.integers(0, 999)
drawn_sites = st.builds(
    lambda draw, seed: plots.areal(shapely.make_valid(draw(np.random.default_rng(seed)))),
    st.sampled_from(plots.SITES),
    seeds,
).filter(lambda shape: shape.area > 1)


@settings(max_examples=150)
@given(
    drawn_sites,
    st.lists(
        st.tuples(
            st.sampled_from(plots.CATEGORIES[:4]),
            st.sampled_from(["planned", "existing"]),
            st.sampled_from(plots.ZONES),
            seeds,
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([(0.0, 0.0), (600_000.0, 1_220_000.0), (604_321.987, 1_234_567.123)]),
    st.sampled_from(["planned-then-existing", "both"]),
)
def test_any_mixture_of_plots_and_borders_equals_plain_overlay(site, drawn, move, basis):
    place = lambda shape: shapely.transform(shape, lambda xy: xy + move)  # noqa: E731
    shapes = [draw(np.random.default_rng(seed), site) for _, _, draw, seed in drawn]
    zones = [
        (category, status, place(plots.areal(shapely.make_valid(shape))))
        for (category, status, _, _), shape in zip(drawn, shapes, strict=True)
    ]
    assert_same_shares([place(site)], zones, [0] * len(zones), basis)


def moved(*corners):
    return shapely.Polygon([(600_000 + x, 1_220_000 + y) for x, y in corners])


@pytest.mark.parametrize(
    ("foot", "lean", "left", "right", "share", "verdict"),
    [
        (5.5, 3.5, "residential", "industrial", 0.60, "conflict"),
        (6.5, 3.5, "industrial", "residential", 0.30, "check"),
    ],
)
def test_a_border_that_leaves_a_rectangle_by_its_flat_top_is_followed(
    foot, lean, left, right, share, verdict
):
    """Steeply across a plot of 10 by 10 m, over farmland as it is: known by hand."""
    head = foot + lean
    west = moved((-50, -50), (foot - 5, -50), (foot, 0), (head, 35), (head, 300), (-50, 300))
    east = moved((foot - 5, -50), (100, -50), (100, 300), (head, 300), (head, 35), (foot, 0))
    zones = frame_of(
        [
            (left, "planned", west),
            (right, "planned", east),
            ("agriculture", "existing", moved((-60, -60), (110, -60), (110, 310), (-60, 310))),
        ]
    )
    plot = moved((0, 0), (10, 0), (10, 10), (0, 10))
    rows = {"site_id": ["S"], "accuracy_m": [0.0]}
    site = schema("sites").conform(gpd.GeoDataFrame(rows, geometry=[plot], crs="EPSG:9210"))
    found = screen(site, zones, run_id="R", threads=1).iloc[0]
    assert found["residential_share"] == pytest.approx(share, abs=1e-9)
    assert found["verdict"] == verdict


def test_an_overlap_by_a_hair_counts_on_a_small_plot_too():
    """Half a square millimetre of a square metre is five parts in ten million."""
    plot = shapely.box(0, 0, 1, 1)
    zones = [
        ("residential", "planned", shapely.box(-9, -9, 0.5, 9)),
        ("industrial", "planned", shapely.box(0.5 - 5e-7, -9, 9, 9)),
    ]
    assert_same_shares([plot], zones, [0, 0])
    assert_same_shares([shapely.box(0, 0, 1e-3, 1e-3)], zones, [0, 0])


def test_settled_land_of_awkward_plots_has_the_settled_areas():
    sites, zones, _ = plots.draw_town(300, seed=13)
    land = outlines(np.array(sites, dtype=object))
    ground = outlines(np.array([shape for _, _, shape in zones], dtype=object))
    pieces = overlay.intersect(land, ground, threads=1)
    rank = np.array([plots.CATEGORIES.index(category) for category, _, _ in zones])
    rank += 10 * np.array([status == "existing" for _, status, _ in zones])
    group = rank[pieces.zone]
    areas, _ = overlay.group_areas(land, ground, pieces, group, n_groups=20, threads=1)
    site, which, shape = overlay.resolve(land, ground, pieces, group, threads=1)
    built = np.zeros_like(areas)
    built[site, which] = shapely.area(shape)
    assert built == pytest.approx(areas, abs=1e-7)
