"""What a store holds is held against the data dictionary when it is read, here and nowhere else.

Files and databases are opened by other programs too, and a workspace may come from anywhere: what
stands in it was not necessarily written by this program.
"""

from __future__ import annotations

from collections.abc import Mapping

import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_relocation.errors import DamagedWorkspaceError, UsageError
from geo_relocation.geo.crs import parse_working_crs
from geo_relocation.lazy import gpd, np, pd
from geo_relocation.messages import _
from geo_relocation.model import Attribute, LayerSchema
from geo_relocation.store import frames
from geo_relocation.store.json_forms import wrong_json

_SHOWN_LETTERS = 60


def stated_crs(url: str, info: Mapping[str, str]) -> CRS:
    """The working CRS that a workspace states.

    Raises
    ------
    DamagedWorkspaceError
        If it states none, or one that cannot be worked in.
    """
    stated = info.get("crs")
    if not isinstance(stated, str):
        raise DamagedWorkspaceError(_("{url} does not state its reference system.", url=url))
    try:
        return parse_working_crs(CRS.from_user_input(stated))
    except (CRSError, UsageError) as error:
        raise DamagedWorkspaceError(
            _(
                "{url} states a reference system that cannot be used: {stated:q}.",
                url=url,
                stated=stated[:_SHOWN_LETTERS],
            ),
            why=str(error).splitlines()[0],
        ) from error


def shapes_from_wkb(bodies: NDArray[np.object_], schema: LayerSchema) -> NDArray[np.object_]:
    """Geometries of a layer from their WKB; None stays None.

    Raises
    ------
    DamagedWorkspaceError
        If one is no WKB.
    """
    try:
        shapes: NDArray[np.object_] = shapely.from_wkb(bodies)
    except (shapely.errors.ShapelyError, TypeError) as error:
        raise DamagedWorkspaceError(
            _("The layer {layer:q} holds a geometry that cannot be read.", layer=schema.name),
            why=str(error),
        ) from error
    return shapes


def checked(schema: LayerSchema, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as it was read, if everything in it is what the dictionary says.

    Raises
    ------
    DamagedWorkspaceError
        Naming layer, column, row and value of the first that is not.
    """
    for attribute in schema.fields:
        wrong = _wrong(frame[attribute.name], attribute)
        if wrong is not None:
            raise _damaged(schema, frame, attribute, *wrong)
    if schema.geometry is not None:
        shapes = np.asarray(gpd.GeoDataFrame(frame).geometry.to_numpy(), dtype=object)
        wrong = frames.unfit_shape(shapes, schema.geometry)
        if wrong is not None:
            raise _damaged(schema, frame, schema.geometry, *wrong)
    return frame


def _wrong(values: pd.Series, attribute: Attribute) -> tuple[int, str] | None:
    """Number of the first row whose value does not fit, and why; None if all fit."""
    if attribute.required:
        missing = np.flatnonzero(values.isna().to_numpy())
        if len(missing):
            return int(missing[0]), "It is required."
    if attribute.type == "real":
        infinite = np.flatnonzero(np.isinf(values.to_numpy()))
        return (int(infinite[0]), "Numbers must be finite.") if len(infinite) else None
    if attribute.enum is not None:
        allowed = [member.value for member in attribute.enum]
        strange = np.flatnonzero((values.notna() & ~values.isin(allowed)).to_numpy())
        return (int(strange[0]), f"Allowed: {', '.join(allowed)}.") if len(strange) else None
    if attribute.type == "json":
        return wrong_json(values, attribute)
    return None


def _damaged(
    schema: LayerSchema, frame: pd.DataFrame, attribute: Attribute, row: int, why: str
) -> DamagedWorkspaceError:
    value = frame[attribute.name].iloc[row]
    shown = value.wkt if isinstance(value, shapely.Geometry) else str(value)
    return DamagedWorkspaceError(
        _(
            "Column {attribute:q} of {layer:q} holds {value:q} ({key}).",
            attribute=attribute.name,
            layer=schema.name,
            value=shown[:_SHOWN_LETTERS],
            key=frames.describe_key(frame.iloc[row], schema),
        ),
        why=why,
    )
