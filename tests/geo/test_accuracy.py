"""Probability over the places where a site may be, against Monte-Carlo sampling."""

import numpy as np
import pytest
import shapely

from geo_relocation.geo.accuracy import share_of_places, sunflower, uncertainty_region
from geo_relocation.geo.outlines import outlines


def arr(*geometries):
    out = np.empty(len(geometries), dtype=object)
    out[:] = geometries
    return out


def test_sunflower_fills_the_disc_evenly():
    points = sunflower(1000)
    assert np.hypot(*points.T).max() < 1
    assert points.mean(axis=0) == pytest.approx([0, 0], abs=0.005)
    # Half of the disc's area lies within radius 1/√2.
    assert np.mean(np.hypot(*points.T) < np.sqrt(0.5)) == pytest.approx(0.5, abs=0.01)


def share(sites, accuracy, ground, samples=1024, threshold=0.5, pairs=None):
    site, part = pairs or (np.zeros(len(ground), dtype=int), np.arange(len(ground)))
    return share_of_places(
        outlines(arr(*sites)),
        np.asarray(accuracy, dtype=float),
        outlines(arr(*ground)),
        np.asarray(site),
        np.asarray(part),
        threshold=threshold,
        samples=samples,
        threads=1,
    )


@pytest.mark.parametrize("edge", [-60.0, -20.0, 0.0, 35.0, 80.0])
@pytest.mark.parametrize("shape", ["disc", "point"])
def test_half_plane_agrees_with_monte_carlo(edge, shape):
    housing = shapely.box(-1e4, -1e4, edge, 1e4)
    centre = shapely.Point(0, 0)
    found = share([centre.buffer(15) if shape == "disc" else centre], [100.0], [housing])[0]
    rng = np.random.default_rng(7)
    n = 40_000
    radius, angle = 100 * np.sqrt(rng.uniform(size=n)), rng.uniform(0, 2 * np.pi, n)
    x = radius * np.cos(angle)
    drawn = np.mean(x <= edge)  # a disc is half inside when its centre is
    error = 3 * np.sqrt(drawn * (1 - drawn) / n)
    assert found == pytest.approx(drawn, abs=error + 0.01)


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.9])
def test_a_patchwork_agrees_with_moved_and_cut_polygons(threshold):
    site = shapely.Polygon([(0, 0), (60, 10), (50, 70), (20, 30)])
    ground = [
        shapely.box(20, -80, 60, 20),
        shapely.Point(-40, 60).buffer(50).difference(shapely.Point(-40, 60).buffer(20)),
        shapely.MultiPolygon([shapely.box(70, 40, 90, 120), shapely.box(-90, -90, -50, -20)]),
    ]
    whole = shapely.union_all(ground)
    rng = np.random.default_rng(3)
    n = 4000
    radius, angle = 80 * np.sqrt(rng.uniform(size=n)), rng.uniform(0, 2 * np.pi, n)
    moved = [
        shapely.affinity.translate(site, r * np.cos(a), r * np.sin(a))
        for r, a in zip(radius, angle, strict=True)
    ]
    drawn = np.mean(shapely.area(shapely.intersection(moved, whole)) >= threshold * site.area)
    error = 3 * np.sqrt(drawn * (1 - drawn) / n)
    assert share([site], [80.0], ground, threshold=threshold)[0] == pytest.approx(
        drawn, abs=error + 0.01
    )


def test_each_site_moves_by_its_own_accuracy_over_its_own_ground():
    ground = [shapely.Point(0, 0).buffer(2), shapely.box(-200, -200, 200, 200)]
    here = shapely.Point(0, 0)
    found = share(
        [here] * 4, [1.0, 100.0, 100.0, 5.0], ground, pairs=([0, 1, 2], [0, 0, 1]), samples=256
    )
    assert found[0] == 1
    assert found[1] < 0.01
    assert found[2] == 1
    assert found[3] == 0  # no ground at all


def test_region_holds_every_place():
    site = arr(shapely.box(0, 0, 10, 10))
    region = uncertainty_region(site, np.array([50.0]))[0]
    moved = [shapely.affinity.translate(site[0], *(offset * 50)) for offset in sunflower(64)]
    moved.append(shapely.affinity.translate(site[0], 50 * np.cos(0.05), -50 * np.sin(0.05)))
    assert all(region.contains(place) for place in moved)
