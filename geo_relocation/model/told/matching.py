"""What matching notes and tells of a plan."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, ngettext

SAID: Mapping[str, Message] = {
    "finished": ngettext(
        "{count:n} firm has been dealt with already and is not planned again.",
        "{count:n} firms have been dealt with already and are not planned again.",
        1,
    ),
}
