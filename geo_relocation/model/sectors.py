"""Divisions of manufacturing in VSIC, by version.

The 2018 and 2025 editions keep the numbers of divisions 10 to 33, while finer codes moved.
So sectors are compared by division, and a finer code only together with its version.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from geo_relocation.errors import UnknownNameError
from geo_relocation.lazy import pd
from geo_relocation.messages import Language, _

VSIC_VERSIONS: tuple[str, ...] = ("2018", "2025")
"""Editions of VSIC: QĐ 27/2018/QĐ-TTg and QĐ 36/2025/QĐ-TTg."""

# An optional section letter, then 2 to 5 digits, perhaps dotted; Excel may add ".0".
_CODE = re.compile(r"^[A-U]?\s*(\d{2})(\d{0,3}|\.\d{1,3}(\.\d{1,2})?)(\.0)?$")


@dataclass(frozen=True)
class Division:
    """A VSIC division in one edition.

    Attributes
    ----------
    division
        Two digits.
    version
        Edition, `2018` or `2025`.
    name_vi, name_en
        Names; the English one is short.
    note, source
        What to watch for, and the legal text.
    """

    division: str
    version: str
    name_vi: str
    name_en: str
    note: str
    source: str

    def label(self, language: Language = "vi") -> str:
        """Name for people, in `language`."""
        return self.name_vi if language == "vi" else self.name_en


@cache
def divisions(version: str = "2018") -> dict[str, Division]:
    """Divisions of manufacturing (section C) by number.

    Raises
    ------
    UnknownNameError
        If there is no such edition.
    """
    if version not in VSIC_VERSIONS:
        raise UnknownNameError(_("VSIC version"), version, VSIC_VERSIONS)
    path = resources.files("geo_relocation.model").joinpath("codes", "vsic_divisions.csv")
    rows = (Division(**row) for row in csv.DictReader(path.read_text("utf-8").splitlines()))
    return {row.division: row for row in rows if row.version == version}


def division(vsic_code: object) -> str | None:
    """Two-digit division of a VSIC code of any depth, None where it is not one.

    >>> division("C1629"), division("16.2"), division(3100.0), division("gỗ")
    ('16', '16', '31', None)
    """
    if vsic_code is None or pd.isna(vsic_code):
        return None
    found = _CODE.match(str(vsic_code).strip().upper())
    return found.group(1) if found else None


def vsic_digits(vsic_code: object) -> str | None:
    """Digits of a VSIC code of any depth, without section letter and points; None for no code.

    >>> vsic_digits("C1629"), vsic_digits("16.2"), vsic_digits(3100.0), vsic_digits("gỗ")
    ('1629', '162', '3100', None)
    """
    if division(vsic_code) is None:
        return None
    return re.sub(r"\D", "", str(vsic_code).strip().removesuffix(".0"))


def sector_name(
    vsic_code: object, *, language: Language = "vi", version: str = "2018"
) -> str | None:
    """Name of the division a VSIC code belongs to; None outside manufacturing."""
    found = divisions(version).get(division(vsic_code) or "")
    return found.label(language) if found else None
