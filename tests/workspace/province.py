"""A province of a few firms, small enough to be replaced many times a second."""

from __future__ import annotations

from geo_relocation.testing import small_province


def layers(firms=4, note="g0"):
    """Sites in housing, a park beside them with room for all, zones; each row with `note`."""
    return small_province(firms=firms, note=note).frames


def fill(workspace, **given):
    with workspace.store.transaction() as transaction:
        for name, frame in layers(**given).items():
            transaction.append(name, frame)
