"""Old district-level units by code and by the ways people write their names.

Codes are the truth; a name is read without its kind, its marks and its case: *TP.Thuận An*,
*thành phố Thuận An* and *THUAN AN* are one. A commune is no district, even of the same name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from numpy.typing import NDArray

from geo_relocation.lazy import np, pd, shapely
from geo_relocation.model.enums import AdminLevel, SchemeZone
from geo_relocation.standing.names import name_key

_KIND = re.compile(r"^(thanh pho|t ?p|thi xa|t ?x|huyen|h|quan|q) +")
_KIND_AFTER = re.compile(r" +(city|town|district)$")
_GLUED = ("tp", "tx")
_CODE = re.compile(r"^0*(\d{3})(\.0+)?$")


def _district_key(name: str) -> str:
    """Key of a district's name without its kind, words run together."""
    return _KIND_AFTER.sub("", _KIND.sub("", name_key(name))).replace(" ", "")


@dataclass(frozen=True)
class Districts:
    """The old district-level units that a workspace knows.

    Attributes
    ----------
    names
        Name of each code, as its source writes it.
    keys
        Codes by the key of a name.
    """

    names: Mapping[str, str]
    keys: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[object, object]], bare: Iterable[object] = ()) -> Districts:
        """Districts from pairs of code and name; the first name of a code is the one shown.

        Parameters
        ----------
        pairs
            Code and name; pairs that lack one of them say nothing.
        bare
            Names that come without a code: one that no pair has stands for its own code.
        """
        names: dict[str, str] = {}
        keys: dict[str, set[str]] = defaultdict(set)
        for code, name in pairs:
            if isinstance(code, str) and code and isinstance(name, str) and _district_key(name):
                names.setdefault(code, name)
                keys[_district_key(name)].add(code)
        for name in bare:
            if isinstance(name, str) and name not in names and _district_key(name) not in keys:
                names[name] = name
                keys[_district_key(name)].add(name)
        return cls(names, {key: frozenset(codes) for key, codes in keys.items()})

    def code(self, written: object) -> str | None:
        """The code of a unit from its code or name; None where it is no unit that is known."""
        if written is None or (isinstance(written, float) and np.isnan(written)):
            return None
        text = str(written).strip()
        if text in self.names:
            return text
        if (number := _CODE.match(text)) and number.group(1) in self.names:
            return number.group(1)
        key = _district_key(text)
        tries = [key, *(key.removeprefix(kind) for kind in _GLUED if key.startswith(kind))]
        for one in tries:
            codes = self.keys.get(one, frozenset())
            if len(codes) == 1:
                return next(iter(codes))
        return None

    def codes(self, written: Iterable[object]) -> NDArray[np.object_]:
        """The code of each unit, None where it is none that is known."""
        known: dict[object, str | None] = {}
        found = []
        for one in written:
            key = None if pd.isna(one) else one
            if key not in known:
                known[key] = self.code(key)
            found.append(known[key])
        return np.array(found, dtype=object)

    @property
    def listed(self) -> list[str]:
        """Every unit as name and code, for messages."""
        return [
            name if name == code else f"{name} ({code})"
            for code, name in sorted(self.names.items())
        ]


def districts(
    units: pd.DataFrame | None,
    *crosswalks: pd.DataFrame | None,
    sites: pd.DataFrame | None = None,
    named: Iterable[object] = (),
) -> Districts:
    """The old district-level units that the layers name.

    Parameters
    ----------
    units
        Layer `admin_units`.
    crosswalks
        Tables with `old_district_code` and `old_district`, as `admin_crosswalk` has them.
    sites
        Layer `sites`, which states codes and names of its own; asked last.
    named
        Further names, without codes.
    """
    pairs: list[tuple[object, object]] = []
    if units is not None:
        old = units[units["level"] == AdminLevel.DISTRICT.value]
        pairs += zip(old["code"], old["name"], strict=True)
    for table in (*crosswalks, sites):
        if table is not None:
            both = table[["old_district_code", "old_district"]].drop_duplicates()
            pairs += zip(both["old_district_code"], both["old_district"], strict=True)
    return Districts.of(pairs, [*(name for _, name in pairs), *named])


def city_codes(
    sites: pd.DataFrame, findings: pd.DataFrame | None, known: Districts
) -> NDArray[np.object_]:
    """Code of the old city of each site: found by screening, else stated by code, else by name.

    Parameters
    ----------
    sites
        Layer `sites`.
    findings
        Of one screening run; None: none has been made.

    Returns
    -------
    ndarray
        Codes in the order of `sites`; None where nothing tells.
    """
    by_name = known.codes(sites["old_district"].astype(object))
    return first_told(sites, findings, "city_code", "old_district_code", by_name)


def first_told(
    sites: pd.DataFrame,
    findings: pd.DataFrame | None,
    screened: str,
    stated: str,
    by_name: Iterable[object],
) -> NDArray[np.object_]:
    """Code of a unit of each site: what screening found, else what the site states, else its name.

    Parameters
    ----------
    sites, findings
        Layer `sites`, and the findings of one screening run; None: none has been made.
    screened, stated
        Columns of a finding and of a site that hold a code.
    by_name
        Codes by the names that the sites state, in the order of `sites`.
    """
    found = pd.Series(None, index=sites.index, dtype=object)
    if findings is not None:
        of_site = findings.drop_duplicates("site_id").set_index("site_id")[screened]
        found = sites["site_id"].map(of_site).astype(object)
    told = zip(found, sites[stated].astype(object), by_name, strict=True)
    codes = [next((one for one in three if isinstance(one, str)), None) for three in told]
    return np.array(codes, dtype=object)


def south_codes(south: Collection[str], known: Districts) -> frozenset[str]:
    """Codes of the units whose firms leave, whether the scheme names or numbers them."""
    return frozenset(known.code(one) or one for one in south)


def south_area(units: pd.DataFrame | None, south: Collection[str]) -> shapely.Geometry | None:
    """The land whose firms leave; None where no boundary tells.

    Parameters
    ----------
    units
        Layer `admin_units`. A unit marked as south belongs to it; one that carries no mark does
        where it is a district of the scheme's south.
    south
        Codes of the districts of the scheme's south.
    """
    if units is None:
        return None
    marked = units["scheme_zone"] == SchemeZone.SOUTH.value
    named = (units["level"] == AdminLevel.DISTRICT.value) & units["code"].isin(list(south))
    chosen = units[marked | (units["scheme_zone"].isna() & named)]
    return shapely.union_all(chosen.geometry.to_numpy()) if len(chosen) else None
