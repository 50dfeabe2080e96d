"""How a run ended that left nothing."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, _

SAID: Mapping[str, Message] = {
    "unforeseen": _("An error that was not foreseen: {kind}."),
    "stopped": _("Stopped by who started it."),
    "cancelled": _("Cancelled on request."),
    "interrupted": _("Interrupted: process {process} on {host} ended without a word."),
}
