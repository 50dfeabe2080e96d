"""Land-use codes of several systems, and the categories that screening works with.

A code means something only within its system and version: Vietnamese lists of 2018 and 2024
differ, and a plan dossier names functions in words. Each table keeps where a row comes from
and why its category was chosen.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from numpy.typing import NDArray

from geo_relocation.errors import SchemaError, UnknownNameError
from geo_relocation.lazy import np, pd
from geo_relocation.messages import _
from geo_relocation.model.enums import ZoneCategory

CODE_SYSTEMS: tuple[str, ...] = ("vn-2018", "vn-2024", "tt16", "osm", "us-zoning")
"""Code systems that ship with the program."""

_FILES = {
    "vn-2018": "land_use.csv",
    "vn-2024": "land_use.csv",
    "tt16": "tt16.csv",
    "osm": "osm.csv",
    "us-zoning": "us_zoning.csv",
}
_WORDS = "words"
"""The table of words that people write for our own categories; no system of codes."""

_COMPOSED = frozenset({"vn-2018", "vn-2024"})
_BETWEEN = tuple(
    re.compile(pattern) for pattern in (r"\+", r"[;&|\n]", r"/", r",", r"\s-\s|-", r"\s+")
)
# Areas that stand behind a part: ODT 100 m2 + CLN 250,5.
_AREA = re.compile(r"[\s(:]*\d[\d.,]*\s*(M2|M²|HA)?\s*\)?$")
_GARDEN = frozenset({ZoneCategory.AGRICULTURE, ZoneCategory.WATER})
_WEIGHT = (
    ZoneCategory.INDUSTRIAL, ZoneCategory.COMMERCIAL, ZoneCategory.PUBLIC, ZoneCategory.GREEN,
    ZoneCategory.TRANSPORT, ZoneCategory.WATER, ZoneCategory.AGRICULTURE, ZoneCategory.OTHER,
)  # fmt: skip

# Layer classes of a plan dossier carry the stage in front: existing, short term, long term.
_STAGES = ("HT_", "QHDD_", "QHDH_", "QH_")


@dataclass(frozen=True)
class LandUseCode:
    """One row of a code table.

    Attributes
    ----------
    code
        The code, or the words, as the system writes them.
    system, version
        Code system and the legal text that sets it.
    name_vi
        Name in Vietnamese, empty where the system has none.
    category
        Value of `ZoneCategory`.
    match
        `exact`, or `prefix` where every code that begins so has this category.
    source, note
        Where the row comes from, and why the category was chosen.
    """

    code: str
    system: str
    version: str
    name_vi: str
    category: str
    match: Literal["exact", "prefix"]
    source: str
    note: str


@cache
def land_use_codes(code_system: str) -> tuple[LandUseCode, ...]:
    """The shipped table of one code system.

    Raises
    ------
    UnknownNameError
        If no such system is shipped.
    """
    if code_system not in _FILES:
        raise UnknownNameError(_("code system"), code_system, CODE_SYSTEMS)
    return _table(code_system, _FILES[code_system])


def _table(system: str, file: str) -> tuple[LandUseCode, ...]:
    path = resources.files("geo_relocation.model").joinpath("codes", file)
    rows = (LandUseCode(**row) for row in csv.DictReader(path.read_text("utf-8").splitlines()))  # type: ignore[arg-type]
    return tuple(row for row in rows if row.system == system)


def code_table(frame: pd.DataFrame) -> dict[str, str]:
    """A user's own code table, ready for the `extra` of `categorise`.

    Parameters
    ----------
    frame
        Rows with the columns `code` and `category`.

    Raises
    ------
    SchemaError
        If a column is missing or a category is not one of `ZoneCategory`; all wrong
        categories are named at once.
    """
    missing = [name for name in ("code", "category") if name not in frame.columns]
    if missing:
        raise SchemaError(
            _("The code table has no column {names}.", names=", ".join(map(repr, missing))),
            hint=_("Give a table with the columns code and category."),
        )
    rows = frame.dropna(subset=["code", "category"])
    table = {
        str(code).strip(): str(category).strip()
        for code, category in zip(rows["code"], rows["category"], strict=True)
    }
    _require_categories(table)
    return table


def categorise(
    code_system: str,
    codes: pd.Series | Sequence[object] | NDArray[np.object_],
    *,
    extra: Mapping[str, str] | None = None,
) -> NDArray[np.object_]:
    """The category of each land-use code.

    Letter case and surrounding space do not matter, and Vietnamese tables are also searched
    by name (`Đất ở tại đô thị`). Where several prefixes fit, the longest counts. A composite of
    the Vietnamese tables (`ODT+CLN`) has the category of its parts, see `of_parts`.

    Parameters
    ----------
    code_system
        One of `CODE_SYSTEMS`; any other name when `extra` is given.
    codes
        Codes as written in the source.
    extra
        The user's own codes → categories. They win over the shipped table.

    Returns
    -------
    array of object
        Values of `ZoneCategory`, None where the code is missing or unknown.

    Raises
    ------
    UnknownNameError
        If the system is not shipped and there is no `extra`.
    SchemaError
        If `extra` names a category that does not exist.
    """
    own = {_key(code): category for code, category in (extra or {}).items()}
    if extra is not None:
        _require_categories(extra)
    shipped = code_system in CODE_SYSTEMS
    if not shipped and not own:
        raise UnknownNameError(_("code system"), code_system, CODE_SYSTEMS)
    labels, values = pd.factorize(np.asarray(codes, dtype=object))
    found = np.empty(len(values) + 1, dtype=object)
    for place, value in enumerate(values):
        key = _key(value)
        found[place] = _found(key, code_system if shipped else None, own)
    # factorize marks missing codes by -1, which picks the last, empty place.
    categories: NDArray[np.object_] = found[labels]
    return categories


def is_composite(code_system: str, code: object, *, extra: Mapping[str, str] | None = None) -> bool:
    """Whether a code is none by itself, but made of codes that are known."""
    own = {_key(one): category for one, category in (extra or {}).items()}
    key, system = _key(code), code_system if code_system in CODE_SYSTEMS else None
    return _alone(key, system, own) is None and _found(key, system, own) is not None


def of_parts(categories: Iterable[str]) -> str:
    """The category of land that is several things at once.

    Housing with its garden, field or pond is housing: such land is recognised as one plot with
    a house on it (Luật Đất đai 2024, điều 141). Housing with anything else is mixed. Without
    housing, what weighs most in screening stands for the whole: industrial, commercial, public,
    green, transport, water, agriculture, other. A part of unknown use leaves the whole unknown.
    """
    parts = set(categories)
    housing = parts & {ZoneCategory.RESIDENTIAL, ZoneCategory.MIXED}
    if ZoneCategory.UNKNOWN in parts:
        return ZoneCategory.UNKNOWN.value
    if housing == {ZoneCategory.RESIDENTIAL} and parts - housing <= _GARDEN:
        return ZoneCategory.RESIDENTIAL.value
    if housing:
        return ZoneCategory.MIXED.value
    return next(category.value for category in _WEIGHT if category in parts)


@cache
def category_of_words(text: str) -> str | None:
    """The category that Vietnamese words for land use name, with or without `Đất`; None if none.

    Known are the words people write for the categories themselves, the names of the codes of
    both versions of the land-use list, and the functions of a plan dossier.
    """
    key = _key(text)
    bare = key.removeprefix("DAT ")
    exact, prefixes = _words()
    if not key:
        return None
    found = exact.get(key) or exact.get(bare) or _category("tt16", key)
    return found or next((c for word, c in prefixes if _begins(bare, word)), None)


@cache
def _words() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Words without `Đất` → category, and the beginnings, longest first."""
    exact: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for row in _table(_WORDS, "words.csv"):
        (prefixes if row.match == "prefix" else exact)[_key(row.code)] = row.category
    for system in ("vn-2024", "vn-2018"):
        for row in land_use_codes(system):
            exact.setdefault(_key(row.name_vi).removeprefix("DAT "), row.category)
    return exact, tuple(sorted(prefixes.items(), key=lambda item: -len(item[0])))


def _found(key: str, system: str | None, own: Mapping[str, str]) -> str | None:
    """Category of one normalised code, by itself or by its parts."""
    if not key:
        return None
    found = _alone(key, system, own)
    if found is not None or (system is not None and system not in _COMPOSED):
        return found
    for separator in _BETWEEN:
        parts = [_AREA.sub("", part).strip(" ()[]:") for part in separator.split(key)]
        known = [_alone(part, system, own) for part in parts if part]
        if len(known) > 1 and None not in known:
            return of_parts(category for category in known if category is not None)
    return None


def _alone(key: str, system: str | None, own: Mapping[str, str]) -> str | None:
    return own.get(key) or (_category(system, key) if system is not None else None)


def _begins(text: str, word: str) -> bool:
    return text.startswith(word) and not text[len(word) : len(word) + 1].isalnum()


def _category(code_system: str, key: str) -> str | None:
    """Category of one normalised code in a shipped table."""
    exact, prefixes = _index(code_system)
    if not key:
        return None
    if key in exact:
        return exact[key]
    dossier = code_system == "tt16"
    forms = _dossier_forms(key) if dossier else (key,)
    for prefix, category in prefixes:
        for form in forms:
            # In a dossier a prefix ends with a word: `Đất ở mới` but not `Đất ông Ba`.
            whole = not dossier or not form[len(prefix) : len(prefix) + 1].isalnum()
            if form.startswith(prefix) and whole:
                return category
    return None


@cache
def _index(code_system: str) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Exact keys → category, and the prefixes, longest first."""
    exact: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for row in land_use_codes(code_system):
        key = _key(row.code)
        (prefixes if row.match == "prefix" else exact)[key] = row.category
        if row.name_vi and code_system != "tt16":
            exact.setdefault(_key(row.name_vi), row.category)
    return exact, tuple(sorted(prefixes.items(), key=lambda item: -len(item[0])))


def _dossier_forms(key: str) -> tuple[str, ...]:
    """A dossier's function as written, and without `Đất` or the stage before its class."""
    bare = key
    for front in ("DAT ", *_STAGES):
        bare = bare.removeprefix(front)
    return (key, bare)


def _key(value: object) -> str:
    """Upper case without accents, so that tone-mark position and Unicode form do not matter."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    spread = unicodedata.normalize("NFD", str(value)).replace("đ", "d").replace("Đ", "D")
    # U+00D0 looks like Đ and is common in converted files.
    spread = spread.replace("\u00d0", "D").replace("\u00f0", "d")
    bare = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return " ".join(bare.upper().split())


def _require_categories(table: Mapping[str, str] | Iterable[tuple[str, str]]) -> None:
    """Refuse categories that screening does not know."""
    known = {category.value for category in ZoneCategory}
    wrong = sorted({category for category in dict(table).values() if category not in known})
    if wrong:
        raise SchemaError(
            _("Unknown land-use categories: {names}.", names=", ".join(wrong)),
            hint=_("Known: {names}.", names=", ".join(category.value for category in ZoneCategory)),
        )
