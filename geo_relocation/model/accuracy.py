"""How far a place may be from where it is drawn, when nobody said: metres, by its source.

The one table of these assumptions. Importing fills them in and logs each use; screening takes
them for rows that came in by another way.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from geo_relocation.model.enums import LocationSource

ASSUMED_ACCURACY_M: Mapping[LocationSource, float] = MappingProxyType(
    {
        LocationSource.SURVEY: 1.0,
        LocationSource.PARCEL: 5.0,
        LocationSource.COORDINATES: 30.0,
        LocationSource.MAP: 50.0,
        # Median distance between two geocoders over the same factories.
        LocationSource.GEOCODER: 1600.0,
        # A commune reaches about 3 km from its middle.
        LocationSource.UNIT: 3000.0,
        # Recalled places were 1 to 5 km off.
        LocationSource.RECALLED: 5000.0,
        LocationSource.UNKNOWN: 100.0,
    }
)
"""Accuracy of a point in metres by where it comes from."""

PLACED_UNSEEN = (LocationSource.GEOCODER, LocationSource.UNIT, LocationSource.RECALLED)
"""Sources that place a site without having seen it: an outline of theirs is no surer than a point,
and which part of a divided commune it lies in they cannot say."""
