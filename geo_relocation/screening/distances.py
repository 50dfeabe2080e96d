"""Required distances between a source of pollution and housing, as versioned tables.

A table is rows `match, value, distance_m, note`: `match` is ``vsic`` (longest code that the
site's begins with), ``hazard_class``, ``env_level`` or ``default``. The most specific match
wins, in that order. One table ships, a superseded standard that says so; users enter their own.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

from geo_relocation.arrays import FloatArray
from geo_relocation.errors import DataError, UnknownNameError
from geo_relocation.messages import Text, _, joined

_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]+)?")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_VSIC = re.compile(r"[0-9]{2,5}")
MATCHES = ("vsic", "hazard_class", "env_level", "default")


@dataclass(frozen=True)
class DistanceTable:
    """Required distances with their source.

    Attributes
    ----------
    id, title_vi, title_en, date, status, source
        Which table it is and how far it can be trusted; `status` is in force, superseded or
        entered.
    distances
        ``match`` → ``value`` → metres.
    """

    id: str
    title_vi: str
    title_en: str
    date: str
    status: str
    source: str
    distances: Mapping[str, Mapping[str, float]]

    def required(self, sites: pd.DataFrame) -> FloatArray:
        """Required distance of each site in metres; NaN where the table has none."""
        result = np.full(len(sites), self.distances.get("default", {}).get("", np.nan))
        for match in ("env_level", "hazard_class"):
            found = sites[match].map(dict(self.distances.get(match, {}))).to_numpy(dtype=float)
            result = np.where(np.isnan(found), result, found)
        # Shorter codes first, so that a longer, more specific one has the last word.
        for code, metres in sorted(
            self.distances.get("vsic", {}).items(), key=lambda kv: len(kv[0])
        ):
            hit = sites["vsic"].str.startswith(code, na=False).to_numpy(dtype=bool)
            result[hit] = metres
        return result


def parse_distance_table(
    text: str, *, table_id: str, about: Mapping[str, str] | None = None
) -> DistanceTable:
    """Read a table from CSV text; see `distance_table`."""
    # Excel begins a UTF-8 file with a mark that is no part of the first column's name.
    rows = csv.DictReader(text.removeprefix("\ufeff").splitlines())
    return distance_table(enumerate(rows, start=2), table_id=table_id, about=about)


def distance_table(
    rows: Iterable[tuple[int, Mapping[str, str | None]]],
    *,
    table_id: str,
    about: Mapping[str, str] | None = None,
) -> DistanceTable:
    """A table from its rows.

    Parameters
    ----------
    rows
        Number of each row in its file, and its cells by column.
    table_id
        Id of the table.
    about
        Title, date, status and source, where they are known.

    Raises
    ------
    DataError
        With every unusable row listed.
    """
    mistakes = []
    distances: dict[str, dict[str, float]] = {}
    for number, row in rows:
        match, value = (row.get("match") or "").strip(), (row.get("value") or "").strip()
        metres = _metres(row.get("distance_m"))
        wrong = _mistake(match, value, metres, distances.get(match, {}))
        if wrong or metres is None:
            cells = [str(cell or "") for key, cell in row.items() if key]
            mistakes.append(_("row {row:n} ({what}): {cells}",
                              row=number, what=wrong, cells=",".join(cells)))  # fmt: skip
            continue
        distances.setdefault(match, {})[value] = metres
    if mistakes or not distances:
        raise DataError(
            _("The distance table {table:q} is unusable.", table=table_id),
            why=_("Unusable rows: {rows}.", rows=joined(mistakes, between="; "))
            if mistakes
            else _("No row was read."),
            hint=_(
                "Columns: match ({known}), value, distance_m (metres), note.", known=list(MATCHES)
            ),
        )
    given = dict(about or {})
    return DistanceTable(
        id=table_id,
        title_vi=given.get("title_vi", table_id),
        title_en=given.get("title_en", table_id),
        date=given.get("date", ""),
        status=given.get("status", "entered"),
        source=given.get("source", "entered by the user"),
        distances=distances,
    )


def _metres(text: str | None) -> float | None:
    """A distance as a number; None where it is none, or may be one or a thousand times it."""
    written = (text or "").strip()
    if not _NUMBER.fullmatch(written) or _THOUSANDS.fullmatch(written):
        return None
    return float(written.replace(",", "."))


def _mistake(match: str, value: str, metres: float | None, so_far: Mapping[str, float]) -> Text:
    """What is wrong with a row; empty for nothing."""
    if match not in MATCHES:
        return _("match is not one of {known}", known=list(MATCHES))
    if metres is None:
        return _("distance_m is not a number of metres, or may be two")
    if (match == "default") != (value == ""):
        return _("a default has no value, and every other match has one")
    if match == "vsic" and not _VSIC.fullmatch(value):
        # A spreadsheet makes 1 of 01, and 1 begins every code from 10 to 19.
        return _("a VSIC code has two to five digits")
    return _("the same match and value stand above") if value in so_far else ""


@cache
def shipped_tables() -> dict[str, DistanceTable]:
    """The tables that come with the program, by id."""
    folder = resources.files("geo_relocation.screening").joinpath("distances")
    index = csv.DictReader(folder.joinpath("index.csv").read_text("utf-8").splitlines())
    return {
        row["id"]: parse_distance_table(
            folder.joinpath(f"{row['id']}.csv").read_text("utf-8"), table_id=row["id"], about=row
        )
        for row in index
    }


def shipped_table(table_id: str) -> DistanceTable:
    """One shipped table.

    Raises
    ------
    UnknownNameError
        If there is none of that id.
    """
    tables = shipped_tables()
    if table_id not in tables:
        raise UnknownNameError(_("distance table"), table_id, list(tables))
    return tables[table_id]
