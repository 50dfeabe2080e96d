"""Probability over the places where a site may be, against Monte-Carlo sampling."""

import numpy as np
import pytest
import shapely

from geo_relocation.geo.accuracy import share_of_places, sunflower, uncertainty_region


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


@pytest.mark.parametrize("edge", [-60.0, -20.0, 0.0, 35.0, 80.0])
def test_half_plane_agrees_with_monte_carlo(edge):
    housing = shapely.box(-1e4, -1e4, edge, 1e4)
    site = arr(shapely.Point(0, 0).buffer(15))

    def holds(moved, owner):
        return shapely.area(shapely.intersection(moved, housing)) / shapely.area(moved) >= 0.5

    found = share_of_places(site, np.array([100.0]), holds, samples=1024)[0]
    rng = np.random.default_rng(7)
    n = 40_000
    radius, angle = 100 * np.sqrt(rng.uniform(size=n)), rng.uniform(0, 2 * np.pi, n)
    x = radius * np.cos(angle)
    drawn = np.mean(x <= edge)  # a disc is half inside when its centre is
    error = 3 * np.sqrt(drawn * (1 - drawn) / n)
    assert found == pytest.approx(drawn, abs=error + 0.01)


def test_each_site_moves_by_its_own_accuracy():
    sites = arr(shapely.Point(0, 0), shapely.Point(0, 0))
    far = share_of_places(
        sites,
        np.array([1.0, 100.0]),
        lambda moved, owner: shapely.get_x(moved) ** 2 + shapely.get_y(moved) ** 2 > 4,
        samples=256,
    )
    assert far[0] == 0
    assert far[1] > 0.99


def test_region_holds_every_place():
    site = arr(shapely.box(0, 0, 10, 10))
    region = uncertainty_region(site, np.array([50.0]))[0]
    moved = [shapely.affinity.translate(site[0], *(offset * 49)) for offset in sunflower(64)]
    assert all(region.contains(place) for place in moved)
