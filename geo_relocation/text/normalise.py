"""Forms of a Vietnamese text: for display, for comparison and for search."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that look like Đ and are not: Eth from Western code pages, African D.
_D_STROKE = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})
_D_PLAIN = str.maketrans({"Đ": "D", "đ": "d"})
_NOT_A_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def search_key(text: str) -> str:
    """A text for searching: no marks, lower case, đ as d, punctuation as one space.

    Two texts that a person would type for the same thing without care for marks, case or
    punctuation have the same key. ``²`` and other compatibility forms become plain digits.
    """
    apart = unicodedata.normalize("NFKD", text.translate(_D_STROKE)).translate(_D_PLAIN)
    letters = "".join(c for c in apart if not unicodedata.category(c).startswith(("M", "Cf")))
    return _NOT_A_WORD.sub(" ", letters.casefold()).strip()
