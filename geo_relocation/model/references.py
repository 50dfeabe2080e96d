"""Whether what a file says of sites belongs to sites that there are."""

from __future__ import annotations

from geo_relocation.errors import DataError
from geo_relocation.lazy import pd
from geo_relocation.messages import Text, _

_SHOWN = 5


def require_known_sites(rows: pd.DataFrame | None, sites: pd.DataFrame, *, what: Text) -> None:
    """Check that every row belongs to a site.

    Parameters
    ----------
    rows
        With a column `site_id`; None: nothing to check.
    sites
        The sites there are.
    what
        What the rows are, in the plural, with a capital letter.

    Raises
    ------
    DataError
        If one does not.
    """
    if rows is None:
        return
    strange = sorted(map(str, set(rows["site_id"]) - set(sites["site_id"])))
    if strange:
        more = (
            _(" and {count:n} more", count=len(strange) - _SHOWN) if len(strange) > _SHOWN else ""
        )
        raise DataError(
            _(
                "{what} belong to no site: {names}{more}.",
                what=what,
                names=", ".join(strange[:_SHOWN]),
                more=more,
            ),
            why=_("Their site_id is not among the sites."),
            hint=_("Correct site_id, or import the sites first."),
        )
