"""Names as people write them: without marks, in any case, with or without their kind."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

_PARK_KIND = re.compile(r"^(khu cong nghiep|cum cong nghiep|khu che xuat|khu|cum|kcn|ccn|kcx) +")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


def name_key(name: str) -> str:
    """Letters and digits of a name in lower case without marks, words apart by one blank."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def nearest(written: str, names: Collection[str], *, most: int = 5) -> list[str]:
    """The names that are written most alike, those that hold what is written first.

    Parameters
    ----------
    written
        What nobody bears as a name.
    names
        Those that there are.
    most
        How many at most.
    """
    asked = name_key(written)
    keys: dict[str, str] = {}
    for name in names:
        keys.setdefault(name_key(name), name)
    holding = [key for key in sorted(keys) if asked and asked in key]
    alike = get_close_matches(asked, keys, n=most, cutoff=0.5)
    return [keys[key] for key in dict.fromkeys([*holding, *alike])][:most]


def park_key(name: str) -> str:
    """Key of a park's name, Roman numbers as digits.

    ``KCN Sóng Thần II`` and ``kcn song than 2`` are one. A park (KCN) and a cluster (CCN) of one
    name are told apart by nothing but their kind, which stays.
    """
    return " ".join(_ROMAN.get(word, word) for word in name_key(name).split())


def _bare(key: str) -> str:
    """A park's key without its kind."""
    return _PARK_KIND.sub("", key)


@dataclass(frozen=True)
class ParkNames:
    """Parks by id and by name.

    Attributes
    ----------
    names
        Name of each id; empty where it has none.
    keys
        Ids by the key of an id, of a name (`park_key`), and of a name without its kind.
    """

    names: Mapping[str, str]
    keys: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, names: Mapping[str, object]) -> ParkNames:
        """Parks from a mapping of ids to names; what is no text counts as no name."""
        plain = {key: name if isinstance(name, str) else "" for key, name in names.items()}
        keys: dict[str, set[str]] = defaultdict(set)
        for park, name in plain.items():
            full = park_key(name)
            for key in {name_key(park), full, _bare(full)} - {""}:
                keys[key].add(park)
        return cls(plain, {key: frozenset(found) for key, found in keys.items()})

    def all_of(self, written: str) -> list[str]:
        """Ids of the parks that are written so: one, none, or several that share the name."""
        if written in self.names:
            return [written]
        full = park_key(written)
        for key in (name_key(written), full, _bare(full)):
            if found := self.keys.get(key):
                return self._of_name(full, found)
        return []

    def one_of(self, written: str) -> str | None:
        """Id of the park of that id or name; None where there is none, or a doubt.

        It is a doubt that several bear the name, even where the kind would tell them apart:
        lists often leave the kind out, or take one for the other.
        """
        if written in self.names:
            return written
        found = self.keys.get(_bare(park_key(written))) or self.keys.get(name_key(written)) or ()
        return next(iter(found)) if len(found) == 1 else None

    def _of_name(self, full: str, found: frozenset[str]) -> list[str]:
        """Of parks that share a name without its kind, the one whose whole name it is."""
        whole = [park for park in sorted(found) if park_key(self.names[park]) == full]
        return whole if len(whole) == 1 else sorted(found)

    @property
    def listed(self) -> list[str]:
        """Every park as id and name, for messages."""
        return [f"{park} {name}".strip() for park, name in sorted(self.names.items())]
