"""Names of administrative units of one province, before and since 1 July 2025.

The tables are those of the package ``vietnamadminunits``; a workspace that holds its own
crosswalk can put it in their place. Only its tables are used where they will do: its parser looks
for letters without blanks between them (*Phường Đông Hòa* holds *Hương Đô* for it), and its
converter asks a geocoder on the net about split communes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from geo_relocation.errors import UnknownNameError
from geo_relocation.lazy import pd, unit_tables, units_of_2025
from geo_relocation.messages import _
from geo_relocation.model.enums import CrosswalkKind
from geo_relocation.text.normalise import repair, search_key

PROVINCE = "Bình Dương"
"""The province whose addresses are looked for first."""

_KINDS = ("thanh pho", "thi xa", "thi tran", "phuong", "huyen", "quan", "tinh", "xa", "dac khu")


@dataclass(frozen=True)
class Unit:
    """A commune before or since the reform.

    Attributes
    ----------
    code, name
        Official code, and name with its kind.
    district_code, district
        Empty since the reform, which abolished districts.
    successors
        For an old commune: codes and names of the new units that hold its land.
    """

    code: str
    name: str
    district_code: str = ""
    district: str = ""
    successors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Gazetteer:
    """Units of a province by the search key of their name without its kind.

    Attributes
    ----------
    province
        Name before the reform, as a search key.
    province_since
        Name of the province that took it in, as a search key.
    old, new
        Communes before and since.
    districts
        Key of each old district and its codes.
    communes
        Keys of `old` and `new` together.
    """

    province: str
    province_since: str
    old: dict[str, list[Unit]]
    new: dict[str, list[Unit]]
    districts: dict[str, set[str]]
    communes: frozenset[str]


def short_key(name: str) -> str:
    """Search key of a unit's name without its kind: *Phường Lái Thiêu* is *lai thieu*."""
    key = search_key(name)
    for kind in _KINDS:
        if key.startswith(kind + " "):
            return key.removeprefix(kind + " ")
    return key


def build_gazetteer(crosswalk: pd.DataFrame, province: str, province_since: str) -> Gazetteer:
    """A gazetteer from a crosswalk with the columns of the layer `admin_crosswalk`."""
    old: dict[str, Unit] = {}
    new: dict[str, Unit] = {}
    ordered = crosswalk.sort_values(["old_code", "is_default"], ascending=[True, False])
    for row in ordered.itertuples():
        before = old.get(row.old_code)
        successors = (*(before.successors if before else ()), (row.new_code, row.new_name))
        old[row.old_code] = Unit(
            row.old_code, row.old_name, row.old_district_code, row.old_district, successors
        )
        new.setdefault(row.new_code, Unit(row.new_code, row.new_name))
    by_key: tuple[dict[str, list[Unit]], dict[str, list[Unit]]] = ({}, {})
    for units, index in ((old, by_key[0]), (new, by_key[1])):
        for unit in units.values():
            index.setdefault(short_key(unit.name), []).append(unit)
    districts: dict[str, set[str]] = defaultdict(set)
    for unit in old.values():
        districts[short_key(unit.district)].add(unit.district_code)
    return Gazetteer(
        province=short_key(province),
        province_since=short_key(province_since),
        old=by_key[0],
        new=by_key[1],
        districts=dict(districts),
        communes=frozenset(by_key[0]) | frozenset(by_key[1]),
    )


@lru_cache(maxsize=8)
def national_crosswalk(province: str = PROVINCE) -> pd.DataFrame:
    """Old communes of a province and the units they went to, from the national tables.

    Returns
    -------
    DataFrame
        `old_code`, `old_name`, `old_district_code`, `old_district`, `new_code`, `new_name`,
        `kind`, `is_default`, and `new_province`.

    Raises
    ------
    UnknownNameError
        If there was no such province before 2025-07-01.
    """
    wanted = short_key(province)
    every = unit_tables.get_data(
        ["province", "provinceKey", "district", "districtCode", "districtKey", "ward", "wardCode",
         "wardKey"],
        table="admin_units_legacy",
    )  # fmt: skip
    communes = [row for row in every if short_key(row["province"]) == wanted and row["wardCode"]]
    if not communes:
        raise UnknownNameError(_("province"), province, sorted({row["province"] for row in every}))
    since = unit_tables.get_data(["province", "provinceKey", "ward", "wardCode", "wardKey"])
    units = {(row["provinceKey"], row["wardKey"]): row for row in since}
    old_key = communes[0]["provinceKey"]
    new_key = next(new for new, olds in units_of_2025.DICT_PROVINCE.items() if old_key in olds)
    whole = {
        old: new
        for new, olds in units_of_2025.DICT_PROVINCE_WARD_NO_DIVIDED[new_key].items()
        for old in olds
    }
    divided = units_of_2025.DICT_PROVINCE_WARD_DIVIDED.get(new_key, {})
    rows = []
    for commune in communes:
        key = f"{old_key}_{commune['districtKey']}_{commune['wardKey']}"
        parts = [(part["newWardKey"], part["isDefaultNewWard"]) for part in divided.get(key, [])]
        kind = CrosswalkKind.DIVIDED if parts else CrosswalkKind.WHOLE
        for ward, default in parts or [(whole[key], True)]:
            unit = units[new_key, ward]
            rows.append(
                {
                    "old_code": commune["wardCode"],
                    "old_name": repair(commune["ward"]).text,
                    "old_district_code": commune["districtCode"],
                    "old_district": repair(commune["district"]).text,
                    "new_code": unit["wardCode"],
                    "new_name": repair(unit["ward"]).text,
                    "kind": str(kind),
                    "is_default": bool(default),
                    "new_province": unit["province"],
                }
            )
    return pd.DataFrame(rows)


@lru_cache(maxsize=8)
def national_gazetteer(province: str = PROVINCE) -> Gazetteer:
    """The gazetteer of a province from the national tables."""
    crosswalk = national_crosswalk(province)
    return build_gazetteer(crosswalk, province, str(crosswalk["new_province"].iloc[0]))


@lru_cache(maxsize=1)
def province_keys() -> frozenset[str]:
    """Search keys of all provinces before and since the reform."""
    tables = ("admin_units", "admin_units_legacy")
    return frozenset(
        short_key(row["province"]) for t in tables for row in unit_tables.get_data("province", t)
    )
