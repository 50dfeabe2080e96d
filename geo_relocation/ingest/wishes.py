"""Wishes of firms as officers write them → a route and wanted parks; the words are kept."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np
import pandas as pd

from geo_relocation.arrays import ObjectArray
from geo_relocation.ingest.convert import convert_column, enum_value, enum_words
from geo_relocation.ingest.draft import Draft
from geo_relocation.ingest.links import park_names
from geo_relocation.model import join_codes
from geo_relocation.model.enums import Route
from geo_relocation.standing.mentions import parks_in
from geo_relocation.standing.names import ParkNames
from geo_relocation.text.gazetteer import national_gazetteer
from geo_relocation.text.wishes import route_of_wish


def read_wishes(draft: Draft, parks: pd.DataFrame | None) -> None:
    """Read the wishes of a list of sites.

    What is no word of the list of routes is looked through for what it asks for and where to.
    The words are kept in `wish_text`. What is not understood is an issue, and so is a park that
    is not known; where it was understood the log says how.

    Parameters
    ----------
    draft
        Rows of `sites`.
    parks
        The parks that the workspace knows.
    """
    column = draft.columns.columns.get("wish")
    if column is None:
        return
    as_text = draft.schema.attribute("wish_text")
    written = convert_column(draft.raw.frame[column], as_text, draft.log)
    names = park_names(parks) if parks is not None else ParkNames.of({})
    routes, texts, places = (np.full(len(written), None, dtype=object) for _ in range(3))
    read: dict[str, list[str]] = defaultdict(list)
    for i in np.flatnonzero(pd.notna(written)):
        text = str(written[i])
        routes[i] = enum_value(text, enum_words(Route))
        if routes[i] is not None and text in _plain_words():
            continue
        texts[i] = text
        mentioned = parks_in(text, names, _units())
        asked = route_of_wish(text)
        # A wish that is nothing but the name of a park is one to move there.
        implied = Route.RELOCATE if mentioned.parks and asked.silent else None
        routes[i] = routes[i] or asked.route or implied
        if routes[i] is None:
            draft.log.add("wish-unread", position=int(i), field="wish", value=text)
            continue
        read[str(routes[i])].append(text)
        if routes[i] == Route.RELOCATE:
            places[i] = join_codes(mentioned.parks)
            for name in mentioned.open:
                figures = {"park": name}
                draft.log.add(
                    "wish-place-open", position=int(i), field="wish", value=text, figures=figures
                )
    for route, examples in sorted(read.items()):
        draft.log.add(
            "wish-read",
            field="wish",
            value=examples[0],
            count=len(examples),
            figures={"route": Route.of(route)},
        )
    for name, values in (("wish", routes), ("wish_text", texts), ("wish_place", places)):
        _put(draft, name, values)


def _put(draft: Draft, name: str, values: ObjectArray) -> None:
    """Lay what was read under what columns of their own say."""
    own = draft.missing(name)
    column = draft.column(name).copy()
    column[own] = values[own]
    draft.values[name] = column
    draft.given[name] = ~draft.missing(name)


@cache
def _plain_words() -> frozenset[str]:
    """Words that say no more than the route they stand for."""
    return frozenset(text for one in Route for text in (one.value, one.vi, one.en))


@cache
def _units() -> frozenset[str]:
    """Names of administrative units, which some parks bear too."""
    known = national_gazetteer()
    return known.communes | frozenset(known.districts)
