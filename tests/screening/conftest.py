"""Small layers for screening."""

import pytest
import shapely

from geo_relocation.testing import layer


@pytest.fixture
def make_zones():
    def make(*zones):
        return layer(
            "zones",
            [
                {"zone_id": f"Z{n}", "category": category, "status": status, "geometry": shape}
                for n, (category, status, shape) in enumerate(zones)
            ],
        )

    return make


@pytest.fixture
def make_sites():
    def make(*shapes, **columns):
        return layer(
            "sites",
            [
                {
                    "site_id": f"S{n}",
                    "geometry": shape,
                    **{key: values[n] for key, values in columns.items()},
                }
                for n, shape in enumerate(shapes)
            ],
        )

    return make


@pytest.fixture
def make_parks():
    def make(*shapes):
        return layer(
            "parks",
            [{"park_id": f"P{n}", "name": f"KCN {n}", "geometry": s} for n, s in enumerate(shapes)],
        )

    return make


@pytest.fixture
def square():
    """square(x, y, side): a square with its lower left corner there."""
    return lambda x, y, side: shapely.box(x, y, x + side, y + side)
