"""The way from the workers' homes to the park's gate."""

import numpy as np
import shapely

from geo_relocation.arrays import FloatArray
from geo_relocation.matching.term import Ground, Term

_M_PER_KM = 1000.0


def _mean_ways(ground: Ground) -> FloatArray:
    """Mean way of a firm's workers to the gate, km; 0 where their homes are not known."""
    links, homes = ground.links, ground.frames.homes
    found = np.zeros(len(links))
    if homes is None or homes.empty:
        return found
    workers = homes["workers"].fillna(1).to_numpy(dtype=float)
    xy = shapely.get_coordinates(shapely.centroid(homes["geometry"].to_numpy()))
    rows = homes.groupby("site_id").indices
    for firm, site in enumerate(ground.firms.site_id):
        mine = rows.get(site)
        if mine is not None:
            # Links are sorted by firm.
            own = slice(*np.searchsorted(links.firm, [firm, firm + 1]))
            gap = xy[mine][:, None, :] - ground.parks.xy[links.park[own]][None, :, :]
            way = np.hypot(gap[..., 0], gap[..., 1])
            mean = np.average(way, axis=0, weights=workers[mine])
            found[own] = mean * ground.specification.factors.detour / _M_PER_KM
    return found


TERM = Term(
    name="homes",
    order=20,
    weight="homes",
    default=0.0,
    about="Each kilometre from the workers' homes, where they are known.",
    vi="Chi phí: nhà ở công nhân",
    en="Cost: workers' homes",
    reason_vi="nhà ở công nhân",
    reason_en="workers' homes",
    by_link=_mean_ways,
)
