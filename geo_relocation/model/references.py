"""Whether what a file says of sites belongs to sites that there are."""

from __future__ import annotations

from geo_relocation.errors import DataError
from geo_relocation.lazy import pd

_SHOWN = 5


def require_known_sites(rows: pd.DataFrame | None, sites: pd.DataFrame, *, what: str) -> None:
    """Check that every row belongs to a site.

    Parameters
    ----------
    rows
        With a column `site_id`; None: nothing to check.
    sites
        The sites there are.
    what
        What the rows are, in the plural.

    Raises
    ------
    DataError
        If one does not.
    """
    if rows is None:
        return
    strange = sorted(map(str, set(rows["site_id"]) - set(sites["site_id"])))
    if strange:
        more = f" and {len(strange) - _SHOWN} more" if len(strange) > _SHOWN else ""
        raise DataError(
            f"{what[:1].upper()}{what[1:]} belong to no site: {', '.join(strange[:_SHOWN])}{more}.",
            why="Their site_id is not among the sites.",
            hint="Correct site_id, or import the sites first.",
        )
