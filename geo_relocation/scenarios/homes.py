"""How far workers live from their work, before and after a plan."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_relocation.arrays import FloatArray

_M_PER_KM = 1000.0


def ways_of_workers(
    homes: gpd.GeoDataFrame,
    assignments: pd.DataFrame,
    sites: Mapping[str, FloatArray],
    gates: Mapping[str, FloatArray],
    *,
    detour: float,
) -> pd.DataFrame:
    """Mean way of each firm's workers to the old site and to the gate of the new park.

    Parameters
    ----------
    homes
        Places where workers live: `site_id`, `workers` (1 where not stated) and geometry, metres;
        of lines and polygons the centroid counts.
    assignments
        The plan's rows of that layer.
    sites, gates
        Place of each site, and of each park's gate, shape (2,), metres, by id.
    detour
        Road distance per straight-line distance.

    Returns
    -------
    DataFrame
        For each firm placed whose workers' homes are known: `site_id`, `home_workers`,
        `before_km`, `after_km`.
    """
    xy = shapely.get_coordinates(shapely.centroid(homes.geometry.to_numpy()))
    workers = homes["workers"].fillna(1).to_numpy(dtype=float)
    of_site = homes.groupby("site_id").indices
    placed = assignments[assignments["park_id"].notna()]
    found = []
    for site, park in zip(placed["site_id"], placed["park_id"], strict=True):
        mine = of_site.get(site)
        if mine is None or not workers[mine].sum() or site not in sites or park not in gates:
            continue
        before, after = (
            float(np.average(np.hypot(*(xy[mine] - place).T), weights=workers[mine]))
            * detour
            / _M_PER_KM
            for place in (sites[site], gates[park])
        )
        found.append((site, float(workers[mine].sum()), before, after))
    return pd.DataFrame(found, columns=["site_id", "home_workers", "before_km", "after_km"])
