"""What a decision rests on, in one paragraph."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, _

SAID: Mapping[str, Message] = {
    "outside": _("{route}: outside the scope."),
    "outside-of": _("{route}: outside the scope ({scope})."),
    "threshold": _("threshold {threshold}"),
    "margin": _("margin {margin}"),
    "beyond": _("beyond the search radius"),
    "not-known": _("not known"),
    "yes": _("yes"),
    "no": _("no"),
    "missing": _("Missing: {evidence}."),
    "overridden": _("{route} – in place of the earlier decision, on the ground: {ground}."),
}
