"""Small worlds and assertions for tests, notebooks and those who build on this package.

Examples
--------
>>> from geo_relocation.matching import MatchSpecification, solve
>>> from geo_relocation.testing import assert_plan_valid, small_province
>>> world = small_province(firms=3, land_ha=2.0)
>>> specification = MatchSpecification(phases=(2026,))
>>> problem = world.problem(specification)
>>> plan = solve(problem, work=1).assignment(problem)
>>> len(plan)
2
>>> assert_plan_valid(world.layers, specification, plan)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import shapely
from pandas.testing import assert_frame_equal

from geo_relocation.matching import Layers, MatchSpecification, Problem, build_problem
from geo_relocation.matching.check import check
from geo_relocation.model import schema

CRS = "EPSG:9210"
"""Reference system of the small worlds: VN-2000 / TM-3 105°45'."""

ORIGIN = (600_000.0, 1_206_000.0)
"""Where the coordinates of `at` begin: east and north, metres; a place near Thuận An."""

Row = Mapping[str, object]


def at(x_km: float, y_km: float = 0.0) -> shapely.Point:
    """A point so many kilometres east and north of `ORIGIN`."""
    return shapely.Point(ORIGIN[0] + 1000.0 * x_km, ORIGIN[1] + 1000.0 * y_km)


def layer(name: str, rows: Sequence[Row], *, crs: object = CRS) -> pd.DataFrame:
    """Rows of a layer or table as the dictionary wants them, what is left out being missing.

    Parameters
    ----------
    name
        Layer or table of the data dictionary.
    rows
        One mapping a row: attribute → value; `geometry` is a shape, or None.
    crs
        Reference system of the shapes.

    Returns
    -------
    DataFrame
        A GeoDataFrame where the layer has a geometry.

    Raises
    ------
    SchemaError
        If a row does not fit the dictionary.
    """
    wanted = schema(name)
    if wanted.geometry is None:
        return wanted.conform(pd.DataFrame([dict(row) for row in rows]))
    plain = [{key: value for key, value in row.items() if key != "geometry"} for row in rows]
    shapes = [row.get("geometry") for row in rows]
    return wanted.conform(gpd.GeoDataFrame(plain, geometry=shapes, crs=crs))


@dataclass(frozen=True)
class World:
    """The layers of a small workspace, by name.

    Attributes
    ----------
    frames
        Layer or table → its rows, as `layer` makes them.
    """

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def layers(self) -> Layers:
        """What the checker of plans is told."""
        named = ("findings", "decisions", "events", "roads")
        given = {name: self.frames[name] for name in named if name in self.frames}
        return Layers(self.frames["sites"], self.frames["parks"], **given)

    def problem(self, specification: MatchSpecification) -> Problem:
        """The matching problem of a scenario on these layers."""
        return build_problem(
            self.frames["sites"],
            self.frames.get("findings"),
            self.frames["parks"],
            self.frames.get("lots"),
            self.frames.get("roads"),
            specification=specification,
            decisions=self.frames.get("decisions"),
            events=self.frames.get("events"),
        )


def small_province(*, firms: int = 4, land_ha: float = 100.0, note: str | None = None) -> World:
    """Firms of one hectare each in housing, and one park ten kilometres west of them.

    Parameters
    ----------
    firms
        How many: ``S00``, ``S01``, …, a hundred metres apart.
    land_ha
        Free land of the park ``P``, hectares.
    note
        Written on every site and park, so that one state of the layers can be told from another.
    """
    sites = [
        {
            "site_id": f"S{i:02}",
            "name": f"Xưởng {i}",
            "vsic": "C16",
            "land_m2": 10_000.0,
            "accuracy_m": 0.0,
            "note": note,
            "geometry": at(i / 10).buffer(50),
        }
        for i in range(firms)
    ]
    park = {
        "park_id": "P",
        "name": "Khu Tây",
        "status": "operating",
        "receives": True,
        "free_ha": land_ha,
        "note": note,
        "geometry": at(-10).buffer(300),
    }
    housing = {
        "zone_id": "R",
        "category": "residential",
        "status": "planned",
        "geometry": at(0).buffer(5000),
    }
    return World(
        {
            "sites": layer("sites", sites),
            "zones": layer("zones", [housing]),
            "parks": layer("parks", [park]),
        }
    )


def assert_layers_equal(found: pd.DataFrame, expected: pd.DataFrame, *, name: str = "") -> None:
    """Equal columns, types, order, values to the last bit, and geometry to the last bit.

    Parameters
    ----------
    found, expected
        Frames of one layer.
    name
        Of the layer, for the message.

    Raises
    ------
    AssertionError
        Naming the first difference.
    """
    if isinstance(expected, gpd.GeoDataFrame):
        assert isinstance(found, gpd.GeoDataFrame), f"{name}: a frame without geometry"  # noqa: S101
        assert found.crs == expected.crs, f"{name}: {found.crs} is not {expected.crs}"  # noqa: S101
        assert list(found.columns) == list(expected.columns), f"{name}: other columns"  # noqa: S101
        pairs = zip(found.geometry.to_wkb(), expected.geometry.to_wkb(), strict=True)
        other = [row for row, (a, b) in enumerate(pairs) if a != b]
        assert not other, f"{name}: other shapes in rows {other[:5]}"  # noqa: S101
        found = pd.DataFrame(found.drop(columns="geometry"))
        expected = pd.DataFrame(expected.drop(columns="geometry"))
    assert_frame_equal(found, expected, check_exact=True, obj=name or "layer")


def assert_plan_valid(
    layers: Layers, specification: MatchSpecification, plan: pd.DataFrame
) -> None:
    """A plan keeps every rule, by the checker that knows nothing of how it was found.

    Parameters
    ----------
    layers
        The layers as they are stored; of a workspace, `match_inputs(…).layers`.
    specification
        What was asked.
    plan
        Columns `site_id`, `park_id`, `phase`.

    Raises
    ------
    AssertionError
        With every rule that is broken, in words.
    """
    broken = check(layers, specification, plan)
    assert not broken, "\n".join(str(one.message) for one in broken)  # noqa: S101
