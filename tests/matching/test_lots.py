"""Lots: whole, adjacent and shared ones, and a park whose land suffices but not its lots."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from geo_relocation.matching import MatchSpecification
from geo_relocation.matching.plan import lot_choice
from geo_relocation.matching.plan.lots import assign_lots
from geo_relocation.matching.problem import Choices
from geo_relocation.model import schema
from geo_relocation.words import say


def lots(*rows):
    """Lots from (id, x0, x1, area, extra): strips of 100 m along one road."""
    plain = [
        {"lot_id": name, "park_id": "p", "area_m2": area, **more} for name, _, _, area, more in rows
    ]
    shapes = [box(a, 0, b, 100) for _, a, b, _, _ in rows]
    return schema("lots").conform(gpd.GeoDataFrame(plain, geometry=shapes, crs="EPSG:9210"))


def planned(province, needs, layer, rules=None, **more):
    """Lots for firms that all move into one park in the first year."""
    sites = [{"site_id": f"s{i:02}", "land_m2": need} for i, need in enumerate(needs)]
    spec = MatchSpecification.model_validate({"lots": rules or {}})
    problem = province(sites, [{"park_id": "p", "free_ha": 100.0}], spec, lots=layer, **more)
    firms = np.arange(len(sites))
    everybody = Choices(link=firms, phase=np.zeros(len(sites), dtype=np.int64))
    return assign_lots(problem, everybody)


def test_the_smallest_lot_that_fits_is_given(province):
    layer = lots(("a", 0, 50, 5000, {}), ("b", 900, 999, 8000, {}))
    plan = planned(province, [4900.0], layer)
    assert plan.lots == {"s00": ("a",)}
    assert plan.proofs["p"].left_over_m2 == 100.0


def test_adjacent_lots_are_joined_and_distant_ones_are_not(province):
    near = lots(("a", 0, 50, 5000, {}), ("b", 50, 100, 5000, {}))
    assert planned(province, [9000.0], near).lots == {"s00": ("a", "b")}
    far = lots(("a", 0, 50, 5000, {}), ("b", 60, 110, 5000, {}))
    plan = planned(province, [9000.0], far)
    assert plan.lots == {}
    assert "không có lô trống, nhóm tối đa 4 lô" in say(plan.without["s00"], "vi")


def test_a_divisible_lot_is_shared_up_to_its_area_and_not_below_its_smallest_part(province):
    shared = lots(("a", 0, 100, 10_000, {"divisible": True, "min_area_m2": 4000.0}))
    assert set(planned(province, [5000.0, 4500.0], shared).lots) == {"s00", "s01"}
    # Three firms of 1,000 m² take 4,000 each: only two fit.
    assert len(planned(province, [1000.0, 1000.0, 1000.0], shared).lots) == 2


@pytest.mark.parametrize("state", ["leased", "reserved", "unavailable"])
def test_lots_that_are_not_free_are_not_given(province, state):
    layer = lots(("a", 0, 50, 5000, {"state": state}), ("b", 900, 999, 5000, {}))
    assert planned(province, [4900.0], layer).lots == {"s00": ("b",)}


def test_no_lot_is_given_twice_and_every_bundle_covers_the_need(province):
    rng = np.random.default_rng(4)
    areas = rng.integers(1500, 6000, 20)
    layer = lots(*((f"l{i:02}", 50 * i, 50 * i + 50, int(a), {}) for i, a in enumerate(areas)))
    needs = rng.integers(1000, 9000, 8).astype(float).tolist()
    plan = planned(province, needs, layer)
    given = [lot for bundle in plan.lots.values() for lot in bundle]
    assert len(given) == len(set(given))
    area = dict(zip(layer["lot_id"], layer["area_m2"], strict=True))
    for site, bundle in plan.lots.items():
        assert sum(area[lot] for lot in bundle) >= needs[int(site[1:])]
    assert len(plan.lots) + len(plan.without) == 8


def test_one_lot_for_each_of_seventy_firms(province):
    layer = lots(*((f"l{i:02}", 100 * i, 100 * i + 10, 1000, {}) for i in range(70)))
    plan = planned(province, [1000.0] * 70, layer)
    assert (len(plan.lots), plan.without) == (70, {})
    assert (plan.proofs["p"].given, plan.proofs["p"].most) == (70, 70)


def test_land_over_is_no_reason_to_refuse_a_lot_unless_the_scenario_says_so(province):
    layer = lots(("a", 0, 10, 1000, {}))
    assert planned(province, [600.0], layer).lots == {"s00": ("a",)}
    assert planned(province, [600.0], layer, {"most_left_over": 0.5}).lots == {}
    assert planned(province, [600.0], layer, {"most_left_over": 0.7}).lots == {"s00": ("a",)}


def test_areas_are_compared_as_stated_and_not_as_whole_square_metres(province):
    layer = lots(("a", 0, 10, 1000.4, {}), ("b", 20, 30, 999.9, {}))
    assert planned(province, [1000.4], layer).lots == {"s00": ("a",)}
    assert planned(province, [1000.4, 1000.4], layer).proofs["p"].most == 1


@pytest.mark.parametrize(
    ("second", "joined"),
    [
        (box(50, 100, 100, 200), False),  # a common corner
        (box(50, 98.5, 100, 198.5), False),  # a border of 1.5 m
        (box(50, 96, 100, 196), True),  # a border of 4 m
        (box(50.3, 0, 100, 100), True),  # drawn 30 cm apart
        (box(50.8, 0, 100, 100), False),
    ],
)
def test_lots_lie_beside_each_other_where_they_share_a_border(province, second, joined):
    layer = lots(("a", 0, 50, 5000, {}), ("b", 50, 100, 5000, {}))
    layer.loc[1, "geometry"] = second
    assert bool(planned(province, [9000.0], layer).lots) == joined


def test_the_reason_tells_a_firm_no_lot_fits_from_one_whose_lots_went_to_others(province):
    layer = lots(("a", 0, 50, 5000, {}))
    plan = planned(province, [4000.0, 5000.0, 6000.0], layer)
    assert plan.lots == {"s01": ("a",)}
    assert "đã giao cho cơ sở khác: 1/3 cơ sở có lô (đã chứng minh" in say(
        plan.without["s00"], "vi"
    )
    assert "không có lô trống, nhóm tối đa 4 lô" in say(plan.without["s02"], "vi")


def test_a_park_whose_lots_are_gone_differs_from_one_whose_lots_nobody_knows(province):
    gone = planned(province, [4000.0], lots(("a", 0, 50, 5000, {"state": "leased"})))
    assert gone.proofs["p"].given == gone.proofs["p"].most == 0
    assert "không có lô trống" in say(gone.without["s00"], "vi")
    unknown = planned(province, [4000.0], None)
    assert (unknown.without, unknown.unknown) == ({}, ["p"])
    assert [say(one, "vi") for one in unknown.notes] == [
        "Chưa có số liệu lô của 1 khu, không giao lô: p."
    ]


def test_where_not_all_sets_are_looked_at_nothing_is_claimed(province):
    layer = lots(("a", 0, 50, 5000, {}), ("b", 50, 100, 5000, {}))
    proof = planned(province, [9000.0], layer, {"most_bundles": 2}).proofs["p"]
    assert (proof.given, proof.most, proof.complete) == (0, 1, False)
    assert "chưa xét hết" in say(proof.words, "vi")


def grid(rng, wide, high):
    """Lots on a grid of 10 m: who lies beside whom is known without looking at a shape."""
    cells = [(x, y) for y in range(high) for x in range(wide) if rng.random() < 0.85]
    rows = []
    for i, (x, y) in enumerate(cells):
        area = round(float(rng.uniform(300, 2000)), int(rng.integers(0, 3)))
        shared = rng.random() < 0.15
        rows.append(
            {
                "lot_id": f"l{i:02}",
                "park_id": "p",
                "area_m2": area,
                "divisible": shared,
                "min_area_m2": round(area / 3, 1) if shared else None,
                "available_from": int(rng.choice([2025, 2026, 2027])),
                "geometry": box(10 * x, 10 * y, 10 * x + 10, 10 * y + 10),
            }
        )
    layer = schema("lots").conform(gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:9210"))
    return cells, rows, layer


def connected(cells):
    """Whether cells of a grid hang together by their sides."""
    seen, rest = {cells[0]}, set(cells[1:])
    while near := {(x, y) for x, y in rest if any(abs(x - a) + abs(y - b) == 1 for a, b in seen)}:
        seen |= near
        rest -= near
    return not rest


def best_by_trying(cells, rows, needs):
    """Most firms and least land over, hundredths of a square metre, over every way there is."""
    area = [round(row["area_m2"] * 100) for row in rows]
    usable = [row["available_from"] <= 2026 for row in rows]
    whole = [i for i, row in enumerate(rows) if usable[i] and not row["divisible"]]
    sets = [
        some
        for size in (1, 2, 3, 4)
        for some in itertools.combinations(whole, size)
        if connected([cells[i] for i in some])
    ]
    best = (0, 0)

    def give(firm, taken, left, count, over):
        nonlocal best
        if firm == len(needs):
            best = max(best, (count, -over))
            return
        if count + len(needs) - firm < best[0]:
            return
        give(firm + 1, taken, left, count, over)
        for some in sets:
            rest = sum(area[i] for i in some) - needs[firm]
            if rest >= 0 and not taken.intersection(some):
                give(firm + 1, taken | set(some), left, count + 1, over + rest)
        for i, row in enumerate(rows):
            part = max(needs[firm], round((row["min_area_m2"] or 0) * 100))
            if usable[i] and row["divisible"] and part <= left[i]:
                less = {**left, i: left[i] - part}
                give(firm + 1, taken, less, count + 1, over + part - needs[firm])

    give(0, frozenset(), dict(enumerate(area)), 0, 0)
    return best


@pytest.mark.parametrize(
    "seed", [*range(40), *(pytest.param(i, marks=pytest.mark.nightly) for i in range(40, 200))]
)
def test_small_parks_get_the_best_there_is(province, seed, monkeypatch):
    rng = np.random.default_rng(seed)
    if seed % 2:  # the way of large parks: columns, prices and their bounds
        monkeypatch.setattr(lot_choice, "ALL_CHOICES", 0)
    cells, rows, layer = grid(rng, 4, 2)
    needs = [round(float(v), 2) for v in rng.uniform(200, 3000, 4)]
    most, over = best_by_trying(cells, rows, [round(need * 100) for need in needs])
    plan = planned(province, needs, layer)
    proof = plan.proofs["p"]
    assert proof.given <= most <= proof.most
    assert len(plan.lots) == proof.given
    if proof.given == most:
        assert proof.left_over_m2 >= -over / 100 - 1e-9
        assert proof.least_left_over_m2 <= -over / 100 + 1e-6
    assert (proof.given, round(100 * proof.left_over_m2)) == (most, -over)
    if not seed % 2:
        assert (proof.most, round(100 * proof.least_left_over_m2)) == (most, -over)
