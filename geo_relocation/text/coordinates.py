"""Coordinates as people type them: degrees, minutes and seconds, pairs in one cell, X and Y.

What a number pair means is told by the numbers where they leave no doubt. In Viet Nam latitude
(6 to 24) and longitude (102 to 118) never overlap, nor do northings (above 850,000 m) and
eastings (below 850,000 m) of VN-2000 and UTM. That is worth more than headers: survey tables
call the northing X, and typed pairs come in either order.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from numpy.typing import ArrayLike, NDArray

from geo_relocation.arrays import FloatArray, Mask
from geo_relocation.lazy import np, pd
from geo_relocation.model.enums import IssueAction, Severity
from geo_relocation.model.told import told
from geo_relocation.text._cells import distinct, fold, is_missing, is_number
from geo_relocation.text.map_links import LinkedPlace, place_of_link
from geo_relocation.text.problems import Finding, Log, Parsed
from geo_relocation.text.refusals import common_problem

VIETNAM_LATITUDE = (6.0, 24.0)
VIETNAM_LONGITUDE = (102.0, 118.0)
VIETNAM_EASTING = (100_000.0, 850_000.0)
VIETNAM_NORTHING = (850_000.0, 2_700_000.0)

_NUMBER = r"\d+(?:[.,]\d+)?"
_DMS = re.compile(
    rf"(?P<before>[NSEWBĐDTnsewbđt])?\s*(?P<sign>[-−])?"
    rf"(?P<degrees>{_NUMBER})\s*(?:[°ºo˚*]|độ|deg|d)\s*"
    rf"(?:(?P<minutes>{_NUMBER})\s*(?:['’‘′´`]|phút|min|m)(?!['’‘′´`])\s*)?"
    rf"(?:(?P<seconds>{_NUMBER})\s*(?:[\"”“″]|['’‘′´`]{{2}}|giây|sec|s)?\s*)?"
    r"(?P<after>[NSEWBĐDTnsewbđt](?![a-zà-ỹ]))?"
)
# 10 57 00 N, N 10:57:00, 10-57-00: degrees, minutes and seconds without their signs.
_BLANK_DMS = re.compile(
    r"^([NSEWBĐDT]?)\s*(\d{1,3})[ :-](\d{1,2})[ :-](\d{1,2}(?:[.,]\d+)?)\s*([NSEWBĐDT]?)$"
)
_LETTERED = re.compile(r"^([NSEWBĐT]?)\s*(-?\d{1,3}(?:[.,]\d+)?)\s*([NSEWBĐT]?)$")
_LABELS = re.compile(
    r"(?P<lon>kinh độ|lon(?:g(?:itude)?)?|lng)|(?P<lat>vĩ độ|latitude|lat)"
    r"|(?P<word>tọa độ|toạ độ|point|vn-?2000|wgs-?84|gps)|(?P<axis>\b[xyen]\s*[=:])",
    re.IGNORECASE,
)
_SPLITS = (r"[;|\n/&]|\s[-–—]\s", r",\s+", r"\s+", r",")
_AFTER_LETTER = r"(?<=[NSEWBĐT])\s+(?=[\d-])|(?<=\d)\s+(?=[NSEWBĐT]\s*\d)"
_LONE_GROUP = re.compile(r"^-?\d{1,3}[.,]\d{3}$")
_SOUTH_WEST = frozenset("SWT")
_EAST_WEST = frozenset("EWĐDT")
_HALF_TURN = 180.0
_QUARTER_TURN = 90.0
_SEXAGESIMAL = 60.0
FARTHEST = 1e8
"""Metres that no plane coordinate on Earth reaches, not even with its zone written before it."""


class ParsedPairs(NamedTuple):
    """Coordinate pairs and what was found on the way.

    Attributes
    ----------
    points
        Columns `x` (longitude or easting), `y` (latitude or northing), and `kind`:
        ``degrees``, ``metres`` or missing. Same index as the column that was given.
    problems
        As in `Parsed`.
    """

    points: pd.DataFrame
    problems: pd.DataFrame


class Arranged(NamedTuple):
    """Two columns of numbers put in order.

    Attributes
    ----------
    x, y
        Longitude and latitude, or easting and northing; NaN where they are no position.
    kind
        ``degrees``, ``metres`` or empty.
    swapped
        Whether the first number was the latitude or northing.
    sure
        Whether the numbers themselves tell the order, as they do everywhere in Viet Nam.
    """

    x: FloatArray
    y: FloatArray
    kind: NDArray[np.str_]
    swapped: Mask
    sure: Mask


def arrange(first: ArrayLike, second: ArrayLike) -> Arranged:
    """Tell degrees from metres and one axis from the other by the size of the numbers.

    Parameters
    ----------
    first, second
        Two columns in the order of the file. Where the numbers do not tell, degrees are taken
        as latitude and longitude in this order, and metres as easting and northing.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    known = np.isfinite(a) & np.isfinite(b)
    widest, narrowest = np.fmax(abs(a), abs(b)), np.fmin(abs(a), abs(b))
    degrees = known & (widest <= _HALF_TURN) & (narrowest <= _QUARTER_TURN)
    degrees &= ~((a == 0) & (b == 0))  # 0, 0 is an empty form, not the Gulf of Guinea
    metres = known & (widest > 1000) & (widest < FARTHEST) & (narrowest > _HALF_TURN)  # noqa: PLR2004 - a kilometre
    straight = (degrees & _within(a, VIETNAM_LONGITUDE) & _within(b, VIETNAM_LATITUDE)) | (
        metres & _within(a, VIETNAM_EASTING) & _within(b, VIETNAM_NORTHING)
    )
    turned = (degrees & _within(b, VIETNAM_LONGITUDE) & _within(a, VIETNAM_LATITUDE)) | (
        metres & _within(b, VIETNAM_EASTING) & _within(a, VIETNAM_NORTHING)
    )
    # Elsewhere only a number beyond 90 degrees shows that it is no latitude.
    beyond = degrees & (abs(a) > _QUARTER_TURN)
    sure = straight | turned | beyond | (degrees & (abs(b) > _QUARTER_TURN))
    swapped = turned | (degrees & ~straight & ~beyond)
    position = degrees | metres
    return Arranged(
        x=np.where(position, np.where(swapped, b, a), np.nan),
        y=np.where(position, np.where(swapped, a, b), np.nan),
        kind=np.where(degrees, "degrees", np.where(metres, "metres", "")),
        swapped=swapped,
        sure=sure,
    )


def parse_angles(values: pd.Series) -> Parsed:
    """Degrees from a column of decimal degrees or degrees, minutes and seconds.

    Returns
    -------
    Parsed
        ``float64`` degrees, south and west negative. Kinds: `not-an-angle`, `excel-error`,
        `stated-missing`.
    """
    cells = values.tolist()
    log = Log(cells)
    result = np.full(len(cells), np.nan)
    for text, positions in distinct(cells).items():
        angle = _angle(text)
        if isinstance(angle, Finding):
            log.cells(positions, angle)
        else:
            result[positions] = angle
    for position, value in enumerate(cells):
        if isinstance(value, str) or is_missing(value):
            continue
        if is_number(value) and abs(float(value)) <= _HALF_TURN:
            result[position] = float(value)
        else:
            log.cells([position], _not_an_angle(str(value)))
    return Parsed(pd.Series(result, index=values.index, name=values.name), log.frame())


def parse_pairs(values: pd.Series) -> ParsedPairs:
    """Positions from a column with both coordinates in one cell.

    Understands decimal degrees, degrees with minutes and seconds (``10 57 00 N``), metres, labels
    (``lat``, ``kinh độ``, ``X=``), links to maps, and either order and decimal mark. ``X=`` and
    ``Y=`` do not decide the order: the numbers do.

    Returns
    -------
    ParsedPairs
        Kinds of problems: `not-coordinates`, `map-link-short`, `map-link-view`,
        `axis-order-assumed`, `excel-error`, `stated-missing`.
    """
    cells = values.tolist()
    log = Log(cells)
    x, y = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
    kind = np.full(len(cells), None, dtype=object)
    for position, value in enumerate(cells):
        if not isinstance(value, str) and not is_missing(value):
            log.cells([position], _not_coordinates(str(value)))
    for text, positions in distinct(cells).items():
        pair = _pair(text)
        if isinstance(pair, Finding):
            log.cells(positions, pair)
            continue
        placed = _placed(pair)
        if not placed[2]:
            log.cells(positions, _not_coordinates(text))
            continue
        x[positions], y[positions], kind[positions], sure = placed
        if pair.view:
            log.cells(positions, _VIEW_OF_LINK, IssueAction.ASSUMED)
        if not sure and pair.first_is_x is None:
            log.cells(positions, _ORDER_ASSUMED, IssueAction.ASSUMED)
    kinds = pd.Series(kind, index=values.index, dtype="str")
    points = pd.DataFrame({"x": x, "y": y, "kind": kinds}, index=values.index)
    return ParsedPairs(points, log.frame())


def degrees_of(text: str) -> tuple[float, float] | None:
    """Longitude and latitude that a text holds; None where it holds no degrees."""
    pair = _pair(text)
    if isinstance(pair, Finding):
        return None
    x, y, kind, _ = _placed(pair)
    return (x, y) if kind == "degrees" else None


def _placed(pair: _Pair) -> tuple[float, float, str, bool]:
    """Two numbers in their order, what they are (empty for no position), and whether they tell."""
    found = arrange([pair.first], [pair.second])
    told, sure = pair.first_is_x, bool(found.sure[0])
    swapped = found.swapped[0] if sure or told is None else not told
    x, y = (pair.second, pair.first) if swapped else (pair.first, pair.second)
    return x, y, str(found.kind[0]), sure


class _Pair(NamedTuple):
    first: float
    second: float
    first_is_x: bool | None
    view: bool = False


def _within(values: FloatArray, bounds: tuple[float, float]) -> Mask:
    return (values >= bounds[0]) & (values <= bounds[1])


def _angle(text: str) -> float | Finding:
    """A text as degrees, or why it is none."""
    if (known := common_problem(text)) is not None:
        return known
    plain = fold(text)
    found = _DMS.fullmatch(plain)
    degrees = None
    if found is not None:
        degrees = _degrees(found)
    elif blank := _BLANK_DMS.match(plain):
        degrees = _blank_degrees(blank)
    else:
        letter = re.sub(r"[^NSEWBĐT]", "", plain)
        decimal = _decimal(re.sub(r"\s*[NSEWBĐT]\s*", "", plain))
        degrees = -decimal if decimal is not None and letter in {"S", "W", "T"} else decimal
    if degrees is None or abs(degrees) > _HALF_TURN:
        return _not_an_angle(text)
    return degrees


def _blank_degrees(found: re.Match[str]) -> float | None:
    degrees = _sexagesimal(found[2], found[3], found[4])
    southern = (found[1] or found[5]) in _SOUTH_WEST
    return -degrees if degrees is not None and southern else degrees


def _degrees(found: re.Match[str]) -> float | None:
    degrees = _sexagesimal(found["degrees"], found["minutes"], found["seconds"])
    if degrees is None:
        return None
    letter = (found["before"] or found["after"] or "").upper()
    return -degrees if found["sign"] or letter in _SOUTH_WEST else degrees


def _sexagesimal(degrees: str, minutes: str | None, seconds: str | None) -> float | None:
    """Degrees with minutes and seconds; None when those reach 60 or stand under a fraction."""
    whole, first, second = (
        float((part or "0").replace(",", ".")) for part in (degrees, minutes, seconds)
    )
    if first >= _SEXAGESIMAL or second >= _SEXAGESIMAL:
        return None
    if (minutes and not whole.is_integer()) or (seconds and not first.is_integer()):
        return None
    return whole + first / _SEXAGESIMAL + second / _SEXAGESIMAL**2


def _decimal(text: str) -> float | None:
    """A number whose lone mark is a decimal mark."""
    text = text.strip().replace("−", "-")
    if not re.fullmatch(r"-?\d+(?:[.,]\d+)?", text):
        return None
    return float(text.replace(",", "."))


def _metric(text: str) -> float | None:
    """A coordinate in degrees or metres, with thousands grouped or not."""
    text = text.strip().strip("°m").strip().replace("−", "-")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3}){2,}(,\d+)?|-?\d{1,3}(\.\d{3})+,\d+", text):
        return float(text.replace(".", "").replace(",", "."))
    if re.fullmatch(r"-?\d{1,3}(,\d{3}){2,}(\.\d+)?|-?\d{1,3}(,\d{3})+\.\d+", text):
        return float(text.replace(",", ""))
    number = _decimal(text)
    # 603.654 is no angle; three digits behind the mark make it 603,654 m.
    if number is not None and abs(number) > _HALF_TURN and _LONE_GROUP.match(text):
        return float(re.sub("[.,]", "", text))
    return number


def _pair(text: str) -> _Pair | Finding:
    """Two numbers from one text, with what letters and labels say about their order."""
    if (known := common_problem(text)) is not None:
        return known
    linked = place_of_link(text)
    return _typed_pair(text) if linked is None else _linked(text, linked)


def _typed_pair(text: str) -> _Pair | Finding:
    """Two numbers as people type them."""
    labels = [label.lastgroup for label in _LABELS.finditer(text)]
    order = next((label == "lon" for label in labels if label in {"lon", "lat"}), None)
    if "point" in text.lower():
        order = True
    plain = _LABELS.sub(" ", text).strip(" ()[]\n\t;,:=")
    matches = list(_DMS.finditer(plain)) if re.search(r"[°º˚]|độ", plain) else []
    if len(matches) == 2:  # noqa: PLR2004 - a pair
        first, second = (_degrees(found) for found in matches)
        letter = (matches[0]["before"] or matches[0]["after"] or "").upper()
        if first is None or second is None:
            return _not_coordinates(text)
        return _Pair(first, second, letter in _EAST_WEST if letter else order)
    if (pair := _lettered(plain, order)) is not None:
        return pair
    for split in _SPLITS:
        parts = [part.strip(" ,:=()") for part in re.split(split, plain) if part.strip(" ,:=()")]
        numbers = [_metric(part) for part in parts]
        if len(numbers) == 2 and None not in numbers:  # noqa: PLR2004 - a pair
            return _Pair(float(numbers[0] or 0), float(numbers[1] or 0), order)
    return _not_coordinates(text)


def _linked(text: str, linked: LinkedPlace) -> _Pair | Finding:
    """The place that a link names, latitude first."""
    if linked.short:
        return _SHORT_LINK
    if np.isnan(linked.latitude):
        return _not_coordinates(text)
    return _Pair(linked.latitude, linked.longitude, first_is_x=False, view=linked.view)


def _lettered(plain: str, order: bool | None) -> _Pair | None:
    """Two angles with letters for the quarter of the sky, or in degrees, minutes and seconds."""
    text = fold(plain).upper()
    for split in (*_SPLITS[:2], _AFTER_LETTER):
        parts = [part.strip(" ,:=()") for part in re.split(split, text) if part.strip(" ,:=()")]
        found = [angle for part in parts if (angle := _lettered_angle(part)) is not None]
        if len(found) == len(parts) == 2:  # noqa: PLR2004 - a pair
            (first, letter), (second, _) = found
            return _Pair(first, second, letter in _EAST_WEST if letter else order)
    return None


def _lettered_angle(part: str) -> tuple[float, str] | None:
    """Degrees with their letter: of one part, with a letter or in three numbers."""
    if blank := _BLANK_DMS.match(part):
        degrees = _blank_degrees(blank)
        return None if degrees is None else (degrees, blank[1] or blank[5])
    found = _LETTERED.match(part)
    if found is None or not (found[1] or found[3]):
        return None
    letter = found[1] or found[3]
    degrees = float(found[2].replace(",", "."))
    return (-degrees if letter in _SOUTH_WEST else degrees), letter


_ORDER_ASSUMED = Finding(
    "axis-order-assumed",
    Severity.WARNING,
    told("parsing.axis-order-assumed"),
)


_SHORT_LINK = Finding(
    "map-link-short",
    Severity.ERROR,
    told("parsing.map-link-short"),
)
_VIEW_OF_LINK = Finding(
    "map-link-view",
    Severity.WARNING,
    told("parsing.map-link-view"),
)


def _not_an_angle(text: str) -> Finding:
    shown = text.strip()
    return Finding(
        "not-an-angle",
        Severity.ERROR,
        told("parsing.not-an-angle", value=shown),
    )


def _not_coordinates(text: str) -> Finding:
    shown = text.strip()
    return Finding(
        "not-coordinates",
        Severity.ERROR,
        told("parsing.not-coordinates", value=shown),
    )
