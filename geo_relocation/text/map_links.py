"""Coordinates out of links to maps, as officers paste them from a telephone or a browser.

Read are Google Maps, OpenStreetMap, Bing, Apple and `geo:` links that hold latitude and
longitude themselves. Nothing is looked up: a short link holds none.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote_plus

_NUMBER = r"(-?\d{1,3}(?:\.\d+)?)"
_LINK = re.compile(
    r"^\s*(https?://|www\.|geo:|maps\.|goo\.gl/|\w+\.openstreetmap\.org)", re.IGNORECASE
)
_SHORT = re.compile(r"goo\.gl/|maps\.app|bit\.ly/|osm\.org/go/|binged\.it/", re.IGNORECASE)
# A place goes before the middle of the view, which is only where the map happened to stand.
_PLACES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"!3d{_NUMBER}!4d{_NUMBER}",
        rf"[?&]mlat={_NUMBER}&mlon={_NUMBER}",
        rf"[?&](?:q|query|daddr|destination|center|s?ll|coordinate)=(?:loc:)?{_NUMBER},\s*{_NUMBER}",
        rf"/(?:place|search|dir)/(?:[^/]*/)?{_NUMBER}\s*,\s*{_NUMBER}(?=[/?&]|$)",
        rf"[?&]sp=point\.{_NUMBER}_{_NUMBER}",
        rf"^geo:{_NUMBER},{_NUMBER}",
    )
)
_VIEWS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"/@{_NUMBER},{_NUMBER}",
        rf"#map=\d+(?:\.\d+)?/{_NUMBER}/{_NUMBER}",
        rf"[?&]cp={_NUMBER}~{_NUMBER}",
    )
)


class LinkedPlace(NamedTuple):
    """What a link says of a place.

    Attributes
    ----------
    latitude, longitude
        Degrees; NaN where the link holds none.
    view
        Whether they are the middle of a view rather than a place.
    short
        Whether the link is a short one, whose place stands elsewhere.
    """

    latitude: float
    longitude: float
    view: bool = False
    short: bool = False


def place_of_link(text: str) -> LinkedPlace | None:
    """The place that a link to a map names; None if the text is no link."""
    if _LINK.match(text) is None:
        return None
    plain = unquote_plus(text.strip())
    for patterns, view in ((_PLACES, False), (_VIEWS, True)):
        for pattern in patterns:
            if found := pattern.search(plain):
                return LinkedPlace(float(found[1]), float(found[2]), view=view)
    nowhere = float("nan")
    return LinkedPlace(nowhere, nowhere, short=_SHORT.search(plain) is not None)
