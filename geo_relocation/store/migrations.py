"""How layouts change: one list of steps, which both stores carry out in their own way.

A change of the data dictionary needs a line here: a new table, column, list of allowed values or
guard is named in the step of the next `SCHEMA_VERSION`; what it looks like is taken from the
dictionary. A test compares what the steps make of an old workspace with a new one, and fails
when a line is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from geo_relocation.errors import OlderSchemaError, UsageError
from geo_relocation.lazy import pd
from geo_relocation.messages import Message, _
from geo_relocation.model import LayerSchema
from geo_relocation.model import schema as schema_of
from geo_relocation.store.earlier import COST_COLUMNS, WIDE_ASSIGNMENTS
from geo_relocation.store.history import MEMBER_BY, SEQUENCE, Chain, Link, content_hash
from geo_relocation.store.protocol import SCHEMA_VERSION, Reader, Where


class Migrating(Protocol):
    """A workspace with the tables of the new layout, not guarded yet."""

    chain: Chain
    reader: Reader

    def links(self) -> list[Link]:
        """All links of the chain, oldest first."""

    def read_as(self, schema: LayerSchema, where: Where) -> pd.DataFrame:
        """Rows of a table as an earlier layout had it."""

    def execute(self, statement: str) -> None:
        """Run SQL that both databases understand."""


@dataclass(frozen=True)
class Step:
    """What is new in one version of the layout.

    Attributes
    ----------
    version
        The version that this step makes.
    title
        What is new, for people.
    tables
        Layers, or tables of the store's own, that are new.
    columns
        Layer and column, where the column is new.
    values
        Layer and column, where the list of allowed values is another one.
    retired
        Layer and column, where the column goes.
    guarded
        Layers that only grow from now on.
    keep
        What to carry over from columns that go, while they are there. New tables exist already.
    fill
        What to do with the rows that are there, once every table and column of the newest
        layout exists.
    """

    version: int
    title: Message
    tables: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    retired: tuple[tuple[str, str], ...] = ()
    guarded: tuple[str, ...] = ()
    keep: Callable[[Migrating], None] | None = None
    fill: Callable[[Migrating], None] | None = None

    @property
    def altered(self) -> set[str]:
        """Layers whose table was there before and is another one now."""
        changed = (*self.columns, *self.values, *self.retired)
        return {layer for layer, _column in changed} | set(self.guarded)


_NUMBERED = ("runs", "decisions", "events", "scenarios")


def _begin_history(work: Migrating) -> None:
    """Link all that is there. Rows of one layer share a number: their order is that of time."""
    # Whether a site stands in a park was taken from its stated place alone. That holds where the
    # place is exact; elsewhere only another screening tells.
    work.execute(
        "UPDATE findings SET in_park = (park_id IS NOT NULL), "
        "park_probability = CASE WHEN park_id IS NULL THEN 0 ELSE 1 END WHERE accuracy_m = 0"
    )
    for layer in MEMBER_BY:
        if layer in _NUMBERED:
            work.execute(f"UPDATE {layer} SET {SEQUENCE} = {work.chain.next_sequence()}")
        work.chain.state(work.reader, layer)


def _costs_to_rows(work: Migrating) -> None:
    """Make rows of what the columns of costs hold, and let the chain state plans without them.

    A plan gets a new link only where its last one still holds: what was changed past the program
    is named by that link afterwards as well.
    """
    newest = {link.member: link for link in work.links() if link.layer == "assignments"}
    for member, link in newest.items():
        rows = work.read_as(WIDE_ASSIGNMENTS, {"plan_id": member})
        if len(rows) == link.rows and content_hash(WIDE_ASSIGNMENTS, rows) == link.content:
            work.chain.stale.add(("assignments", member))
    for column, term in COST_COLUMNS.items():
        work.execute(
            "INSERT INTO cost_terms (plan_id, site_id, term, value, unit) "
            f"SELECT plan_id, site_id, '{term}', {column}, 'km' FROM assignments "
            f"WHERE {column} <> 0 ORDER BY plan_id, site_id"
        )
    if work.links():
        work.chain.changed(schema_of("cost_terms"), work.reader.read("cost_terms"))


STEPS = (
    Step(
        version=2,
        title=_(
            "A chain over runs, findings, decisions, events and plans shows what was changed "
            "past this program; runs, decisions, events and plans have a sequence number; findings "
            "say with what probability a site stands in a park."
        ),
        tables=("georeloc_history",),
        columns=(
            *((layer, SEQUENCE) for layer in _NUMBERED),
            *(("findings", "in_park"), ("findings", "park_probability")),
        ),
        guarded=("runs", "findings"),
        fill=_begin_history,
    ),
    Step(
        version=3,
        title=_(
            "Every run has a life, from the moment it is asked for; plans are approved, and "
            "approvals withdrawn, with a document."
        ),
        tables=("run_events", "approvals"),
    ),
    Step(
        version=4,
        title=_(
            "What each term adds to the cost of a firm is a row of `cost_terms`, so that a new "
            "term needs no new layout; the columns that assignments had for it are gone. The use "
            "of a zone's land may be unknown, and that may be why a site is to be checked."
        ),
        tables=("cost_terms",),
        values=(("zones", "category"), ("findings", "reason")),
        retired=tuple(("assignments", column) for column in COST_COLUMNS),
        keep=_costs_to_rows,
    ),
    Step(
        version=5,
        title=_(
            "Sites have a representative with role and phone, an address since the reform and "
            "their wish in words, and what support is worked out from: rent mode, term of the "
            "lease, ground of land recovery, stop of production, income and costs; which columns "
            "were told to fill which attributes is remembered. Plans have their indicators by "
            "year, city, unit, sector, park, group and payer, and what the zones foresee for the "
            "land that is left."
        ),
        tables=("mappings", "indicator_parts", "after_use"),
        columns=tuple(
            ("sites", name)
            for name in (
                *("representative", "representative_role", "phone", "new_address"),
                "wish_text",
                *("rent_mode", "lease_start", "workshop_year", "temporary_permit_expired"),
                *("land_recovery", "production_stop", "stop_months", "after_tax_income_mvnd"),
                *("land_investment_mvnd", "land_debt_mvnd", "moving_cost_mvnd", "loan_mvnd"),
            )
        ),
    ),
)


@dataclass(frozen=True)
class Migration:
    """A migration that was carried out.

    Attributes
    ----------
    url
        The workspace.
    before, after
        Versions of its layout.
    steps
        What is new.
    copy
        The workspace as it was, where one was kept: beside a file.
    """

    url: str
    before: int
    after: int
    steps: tuple[Message, ...]
    copy: Path | None


def steps_from(url: str, version: int) -> tuple[Step, ...]:
    """The steps that a workspace still needs.

    Raises
    ------
    UsageError
        If it needs none.
    """
    found = tuple(step for step in STEPS if step.version > version)
    if not found:
        raise UsageError(
            _(
                "{url} has the layout of this program already (version {version}).",
                url=url,
                version=version,
            ),
            hint=_("Nothing was changed."),
        )
    return found


def require_newest(url: str, version: int) -> None:
    """Refuse a workspace of an older layout, with how to migrate it.

    Raises
    ------
    OlderSchemaError
        If it needs a step of the list.
    """
    if version < SCHEMA_VERSION:
        raise OlderSchemaError(
            _(
                "{url} has the layout of an earlier version ({version}; now {current}).",
                url=url,
                version=version,
                current=SCHEMA_VERSION,
            ),
            hint=_("Migrate it with: geo-relocation -w {url} migrate", url=url),
        )
