"""Names as people write them: without marks, in any case, with or without their kind."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

_PARK_KIND = re.compile(r"^(khu cong nghiep|cum cong nghiep|khu|cum|kcn|ccn|kcx) +")


def name_key(name: str) -> str:
    """Letters and digits of a name in lower case without marks, words apart by one blank."""
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


@dataclass(frozen=True)
class ParkNames:
    """Parks by id and by name.

    Attributes
    ----------
    names
        Name of each id; empty where it has none.
    keys
        Ids by the key of an id, of a name, and of a name without its kind.
    """

    names: Mapping[str, str]
    keys: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, names: Mapping[str, object]) -> ParkNames:
        """Parks from a mapping of ids to names; what is no text counts as no name."""
        plain = {key: name if isinstance(name, str) else "" for key, name in names.items()}
        keys: dict[str, set[str]] = defaultdict(set)
        for park, name in plain.items():
            full = name_key(name)
            for key in {name_key(park), full, _PARK_KIND.sub("", full)} - {""}:
                keys[key].add(park)
        return cls(plain, {key: frozenset(found) for key, found in keys.items()})

    def all_of(self, written: str) -> list[str]:
        """Ids of the parks that are written so: one, none, or several that share the name."""
        if written in self.names:
            return [written]
        full = name_key(written)
        for key in (full, _PARK_KIND.sub("", full)):
            if found := self.keys.get(key):
                return self._of_name(full, found)
        return []

    def _of_name(self, full: str, found: frozenset[str]) -> list[str]:
        """Of parks that share a name without its kind, the one whose whole name it is."""
        whole = [park for park in sorted(found) if name_key(self.names[park]) == full]
        return whole if len(whole) == 1 else sorted(found)

    @property
    def listed(self) -> list[str]:
        """Every park as id and name, for messages."""
        return [f"{park} {name}".strip() for park, name in sorted(self.names.items())]
