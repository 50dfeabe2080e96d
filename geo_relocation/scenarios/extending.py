"""A scenario as a base and changes: what a file leaves out is taken from the one it extends.

It works on the plain content of files, names already made ids, so that one reading tells every
mistake of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from geo_relocation.errors import GeoRelocationError
from geo_relocation.messages import Text, _, joined

EXTENDS = "extends"
_OWN = ("id", "title", "description", EXTENDS)
"""What a scenario never takes from its base."""

_ONE_BY_ONE = {
    ("where", "land"): ("park", "from_year"),
    ("locks",): ("site",),
    ("exclusions",): ("site", "park"),
}
"""Lists of tables of which a change takes the place of the base's row of the same key."""

_ADDED = (("where", "exclude_parks"), ("rules",))
"""Lists to which a change adds."""

Raw = dict[str, Any]


@dataclass(frozen=True)
class Base:
    """What a scenario extends.

    Attributes
    ----------
    key
        Id of the scenario, or of the plan.
    raw
        Content as read from a file, or as stored with a plan.
    """

    key: str
    raw: Mapping[str, Any]


Bases = Callable[[str], Base]
"""Gives the base of a name; raises an error of the tree where there is none."""

Read = Callable[[Raw], tuple[Raw, list[Text]]]
"""Gives content with ids for names, and what is wrong with the names."""


def whole(
    raw: Raw, *, bases: Bases, read: Read, opens: Mapping[str, int]
) -> tuple[Raw, list[Text]]:
    """The content of a scenario with all that it extends, and mistakes.

    Parameters
    ----------
    raw
        Content of the file.
    bases
        Finds what is extended.
    read
        Makes ids of names.
    opens
        Opening year of parks by the layer, by id: land steps of the base move with an opening.

    Returns
    -------
    tuple
        `extends` in it is the key of the base.
    """
    return _whole(raw, bases, read, opens, ())


def _whole(
    raw: Raw, bases: Bases, read: Read, opens: Mapping[str, int], above: tuple[str, ...]
) -> tuple[Raw, list[Text]]:
    parts, mistakes = as_parts(raw)
    own, unknown = read(parts)
    mistakes += unknown
    name = raw.get(EXTENDS)
    if not isinstance(name, str) or not name:
        return own, mistakes
    if name in above:
        return own, [*mistakes, _("extends: {name:q} extends itself", name=name)]
    try:
        base = bases(name)
    except GeoRelocationError as error:
        return own, [*mistakes, joined(("extends:", error.what, error.why, error.hint))]
    below, more = _whole(dict(base.raw), bases, read, opens, (*above, name))
    below = {key: value for key, value in below.items() if key not in _OWN}
    made = _merged(_moved(below, own, opens), own, ())
    return _settled(made, own) | {EXTENDS: base.key}, mistakes + more


def as_parts(raw: Raw) -> tuple[Raw, list[Text]]:
    """Changes as people name them (`opening`, `land`, `close`), as fields of the parts.

    What is not of the form is left where it is: the check of fields names it.
    """
    made, mistakes = dict(raw), list[Text]()
    where = dict(made["where"]) if isinstance(made.get("where"), dict) else {}
    if isinstance(made.get("where", {}), dict):
        _opening(made, where, mistakes)
        for key, field in (("land", "land"), ("close", "exclude_parks")):
            if isinstance(listed := made.get(key), list):
                kept = where.get(field, [])
                where[field] = [*(kept if isinstance(kept, list | tuple) else []), *listed]
                del made[key]
        if where:
            made["where"] = where
    return made, mistakes


def _opening(made: Raw, where: Raw, mistakes: list[Text]) -> None:
    """`opening = [{ park, year }]` as the table of parks and years."""
    listed = made.get("opening")
    if not isinstance(listed, list):
        return
    del made["opening"]
    stated = dict(where["opens"]) if isinstance(where.get("opens"), dict) else {}
    for one in listed:
        if not (isinstance(one, dict) and set(one) == {"park", "year"}):
            mistakes.append(_("opening: each entry is { park = …, year = … }"))
            continue
        park = one["park"]
        if park in stated:
            mistakes.append(_("opening: park {park:q} is named twice", park=str(park)))
        stated[park] = one["year"]
    where["opens"] = stated


def _merged(base: Raw, own: Raw, path: tuple[str, ...]) -> Raw:
    """The base with what is changed in its place."""
    made = dict(base)
    for key, value in own.items():
        here, before = (*path, key), made.get(key)
        if isinstance(value, dict) and value and isinstance(before, dict):
            made[key] = _merged(before, value, here)
        elif here in _ONE_BY_ONE and _rows(value) and isinstance(before, list) and _rows(before):
            made[key] = _one_by_one(before, value, _ONE_BY_ONE[here])
        elif here in _ADDED and isinstance(value, list) and value and isinstance(before, list):
            made[key] = [*before, *(one for one in value if one not in before)]
        else:
            made[key] = value
    return made


def _rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _one_by_one(before: list[Raw], own: list[Raw], key: tuple[str, ...]) -> list[Raw]:
    changed = {tuple(one.get(name) for name in key) for one in own}
    kept = [one for one in before if tuple(one.get(name) for name in key) not in changed]
    return [*kept, *own]


def _moved(base: Raw, own: Raw, opens: Mapping[str, int]) -> Raw:
    """The base with the steps of land of a park that opens in another year moved along."""
    where = base.get("where")
    changed = own.get("where")
    changed = changed.get("opens") if isinstance(changed, dict) else None
    if not (isinstance(where, dict) and isinstance(changed, dict) and _rows(where.get("land"))):
        return base
    stated = where.get("opens")
    before = {**opens, **(stated if isinstance(stated, dict) else {})}
    later = {
        park: year - int(before[park])
        for park, year in changed.items()
        if isinstance(year, int) and isinstance(before.get(park), int)
    }
    land = [
        {**step, "from_year": step["from_year"] + later[step["park"]]}
        if isinstance(step.get("from_year"), int) and step.get("park") in later
        else step
        for step in where["land"]
    ]
    return {**base, "where": {**where, "land": land}}


def _settled(made: Raw, own: Raw) -> Raw:
    """Parks that the base names and a change closes are no longer named."""
    where, changed = made.get("where"), own.get("where")
    if not (isinstance(where, dict) and isinstance(changed, dict)):
        return made
    closed, named = changed.get("exclude_parks"), where.get("parks")
    if "parks" in changed or not (isinstance(closed, list) and isinstance(named, list)):
        return made
    kept = [park for park in named if park not in closed]
    if not kept:  # An empty list would mean every park: this is refused as a contradiction.
        return made
    return {**made, "where": {**where, "parks": kept}}
