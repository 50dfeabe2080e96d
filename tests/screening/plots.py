"""Plots and zones drawn to be awkward, and their shares by plain overlay.

Drawn are the shapes that real plans are made of: rectangles, right angles, flat bottoms, holes,
parts, slivers; and zones whose borders run through their corners, along their edges, steeply
past a flat side. The twin knows shapely and the rule in words, and nothing of the program.
"""

import itertools

import numpy as np
import shapely
from shapely import affinity

CATEGORIES = (
    "residential", "mixed", "industrial", "commercial", "public", "green", "transport", "water",
    "agriculture", "other",
)  # fmt: skip
"""In the order of precedence that screening states as its default."""

_FAR = 350.0


def areal(shape):
    """Without the points and lines of touching borders, which GEOS does not overlay further."""
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _rounded(rng, values):
    """Whole metres, half metres, centimetres or all digits."""
    step = rng.choice([1.0, 0.5, 0.01, 0.0])
    return np.round(np.asarray(values) / step) * step if step else np.asarray(values)


def _box(rng, least=1.0, most=60.0):
    x, y = _rounded(rng, rng.uniform(0, 60, 2))
    w, h = np.maximum(_rounded(rng, rng.uniform(least, most, 2)), 0.25)
    return shapely.box(x, y, x + w, y + h)


def _right_angles(rng):
    """Boxes on a lattice, joined or cut out of one another: L, T, U, courts, corner contact."""
    cell = rng.choice([1.0, 7.5, 10.0, 13.37])
    shape = shapely.Polygon()
    for _ in range(rng.integers(2, 5)):
        x, y = rng.integers(0, 6, 2)
        w, h = rng.integers(1, 5, 2)
        box = shapely.box(x * cell, y * cell, (x + w) * cell, (y + h) * cell)
        shape = shape.union(box) if rng.random() < 0.7 else areal(shape.difference(box))
    return shape if shape.area > 0 else _box(rng)


def _star(rng):
    corners = rng.integers(3, 12)
    angle = rng.uniform(0, 6) + np.arange(corners) * 2 * np.pi / corners
    reach = rng.uniform(5, 50, corners)
    x, y = rng.uniform(10, 50, 2)
    around = np.column_stack((x + reach * np.cos(angle), y + reach * np.sin(angle)))
    return shapely.Polygon(_rounded(rng, around))


def _house(rng):
    """A flat bottom and a pointed top, either way up."""
    x, y, w, h = _rounded(rng, [*rng.uniform(0, 40, 2), *rng.uniform(10, 50, 2)])
    top = (x + w * rng.uniform(-0.2, 1.2), y + h)
    wall = y + h * rng.choice([0.0, 0.5, 0.9])
    shape = shapely.Polygon([(x, y), (x + w, y), (x + w, wall), top, (x, wall)])
    return affinity.scale(shape, 1, rng.choice([-1.0, 1.0]))


def _with_hole(rng):
    outer = _box(rng, 20, 60)
    hole = affinity.scale(outer, *rng.uniform(0.05, 0.95, 2))
    return outer.difference(hole if rng.random() < 0.5 else _star(rng))


def _parts(rng):
    return shapely.union_all([_box(rng, 2, 20) for _ in range(rng.integers(2, 5))])


def _sliver(rng):
    w, h = rng.uniform(20, 80), rng.choice([0.05, 0.1, 0.5])
    box = affinity.translate(shapely.box(0, 0, w, h), *rng.uniform(0, 40, 2))
    return affinity.rotate(box, rng.choice([0.0, 90.0, 45.0, rng.uniform(0, 180)]))


SITES = (_box, _box, _right_angles, _house, _with_hole, _parts, _star, _sliver)


def draw_site(rng):
    """A plot within about 100 m of the origin."""
    while True:
        shape = areal(shapely.make_valid(rng.choice(SITES)(rng)))
        if shape.area > 1.0:
            return shape


def _corner(rng, site):
    return rng.choice(shapely.get_coordinates(site))


def _half_plane(rng, site):
    """One side of a border: through corners, along edges, steep or anywhere."""
    x0, y0, x1, y1 = site.bounds
    way = rng.integers(4)
    if way == 0:
        a, b = _corner(rng, site), _corner(rng, site)
    elif way == 1:
        a = _corner(rng, site)
        b = a + rng.normal(0, 20, 2)
    elif way == 2:
        a = np.array([rng.uniform(x0, x1), rng.choice([y0, y1])])
        step = rng.uniform(-0.3, 0.3) * (x1 - x0), rng.choice([-1, 1]) * 1.5 * (y1 - y0)
        b = a + np.array(step)
    else:
        a, b = _rounded(rng, rng.uniform([x0, y0], [x1 + 0.1, y1 + 0.1], (2, 2)))
    along = b - a
    if not np.hypot(*along) > 1e-6:
        along = np.array([1.0, 0.0])
    along /= np.hypot(*along)
    across = np.array([-along[1], along[0]]) * _FAR
    # Often the border ends at `a` and `b` and goes on straight up or down.
    ends = [a - along * _FAR, b + along * _FAR]
    if rng.random() < 0.4:
        ends = [a - [0, _FAR], a, b, b + np.array([0, rng.choice([-1, 1]) * _FAR])]
        across = np.array([rng.choice([-1, 1]) * _FAR, 0.0])
    return shapely.Polygon([*ends, ends[-1] + across, ends[0] + across])


def _beside(rng, site):
    """A box that shares an edge line or a corner with the box of the site."""
    x0, y0, x1, y1 = site.bounds
    xs = np.sort(rng.choice([x0, x1, (x0 + x1) / 2, x0 - _FAR, x1 + _FAR, rng.uniform(x0, x1)], 2))
    ys = np.sort(rng.choice([y0, y1, (y0 + y1) / 2, y0 - _FAR, y1 + _FAR, rng.uniform(y0, y1)], 2))
    return shapely.box(xs[0], ys[0], xs[1], ys[1])


def _same(rng, site):
    return site


def _around(rng, site):
    return shapely.box(-_FAR, -_FAR, _FAR, _FAR)


def _frame(rng, site):
    """Everything but the site, or but its box."""
    hole = site if rng.random() < 0.5 else shapely.box(*site.bounds)
    return shapely.box(-_FAR, -_FAR, _FAR, _FAR).difference(hole)


def _moved(rng, site):
    """The site, moved along by some of its own size or by a hair."""
    x0, y0, x1, y1 = site.bounds
    step = rng.choice([1.0, 0.5, 0.1, 1e-3, 1e-6]) * np.array([x1 - x0, y1 - y0])
    return affinity.translate(site, *(step * rng.choice([-1.0, 0.0, 1.0], 2)))


def _like_a_site(rng, site):
    return draw_site(rng)


ZONES = (_half_plane,) * 6 + (_beside,) * 3 + (_like_a_site,) * 3 + (_same, _around, _frame, _moved)


def draw_zones(rng, site):
    """Overlapping zones of both statuses: (category, status, shape)."""
    zones = []
    for _ in range(rng.integers(2, 8)):
        if zones and rng.random() < 0.1:
            shape = zones[-1][2]  # the same land under two names
        else:
            shape = areal(shapely.make_valid(rng.choice(ZONES)(rng, site)))
        if shape.area > 0:
            category = CATEGORIES[min(rng.geometric(0.35) - 1, 9)]
            zones.append((category, rng.choice(["planned", "existing"]), shape))
    return zones


def draw_town(count, seed, west=580_000.0, south=1_170_000.0, apart=1000.0):
    """Plots, each with zones of its own, far enough apart not to meet, at real eastings.

    Returns the plots, the zones as (category, status, shape), and the plot of each zone.
    """
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(count)))
    sites, zones, owner = [], [], []
    for n in range(count):
        move = (west + apart * (n % side) + rng.random(), south + apart * (n // side))
        site = draw_site(rng)
        near = draw_zones(rng, site)
        sites.append(affinity.translate(site, *move))
        zones += [(c, s, affinity.translate(shape, *move)) for c, s, shape in near]
        owner += [n] * len(near)
    return sites, zones, owner


def shares_by_overlay(site, zones, *, one_standing=False):
    """The rule in words, by union and difference: (share per category, lowest, highest housing).

    Planned land comes before existing land (unless all have `one_standing`), then the category
    that comes first. At the lowest, housing yields to every other zone of its standing; at the
    highest, the others yield to it.
    """
    # Near the origin doubles have the digits that overlay needs.
    x, y = site.bounds[:2]
    site = shapely.transform(site, lambda xy: xy - [x, y])
    claims = {}
    for category, status, shape in zones:
        near = shapely.transform(shape, lambda xy: xy - [x, y])
        if near.intersects(site):
            key = ("all" if one_standing else status, category)
            claims.setdefault(key, []).append(areal(near.intersection(site)))
    claims = {key: areal(shapely.union_all(shapes)) for key, shapes in claims.items()}
    standings = ["all"] if one_standing else ["planned", "existing"]
    nominal = _given(site, claims, itertools.product(standings, CATEGORIES))
    last = [*CATEGORIES[1:], CATEGORIES[0]]
    lowest = _given(site, claims, itertools.product(standings, last))
    highest = nominal  # housing is first in the order of precedence
    return nominal, lowest.get(CATEGORIES[0], 0.0), highest.get(CATEGORIES[0], 0.0)


def _given(site, claims, order):
    """Share per category when claims are met in that order: each gets what nobody had before."""
    taken, shares = shapely.Polygon(), {}
    for key in order:
        if key in claims:
            got, taken = _less_and_with(claims[key], taken)
            shares[key[1]] = shares.get(key[1], 0.0) + got / site.area
    return shares


def _less_and_with(land, taken):
    """Square metres of land less what is taken, and the two together.

    GEOS 3.14 now and then contradicts itself on the needles that overlay leaves behind, about
    once in 5,000 plots here: what it takes off and what it adds do not fit. Rounded to a grid
    it never did.
    """
    for grid in (0.0, 1e-12):
        less = shapely.difference(land, taken, grid_size=grid).area
        both = areal(shapely.union(land, taken, grid_size=grid))
        if abs(both.area - taken.area - less) < 1e-8:
            return less, both
    raise AssertionError(f"overlay contradicts itself: {land} and {taken}")
