"""What comes in is held against what is there, and stored whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from geo_relocation.lazy import later, pd
from geo_relocation.model import schema
from geo_relocation.store import Reader, Transaction
from geo_relocation.workspace.base import WorkspaceBase
from geo_relocation.workspace.import_log import ImportReport
from geo_relocation.workspace.mappings import Confirmation

if TYPE_CHECKING:
    from geo_relocation.ingest.keys import record_ids
    from geo_relocation.ingest.log import brought_before, closed_by_reimport
    from geo_relocation.ingest.merge import plan_upsert
    from geo_relocation.ingest.prepared import Prepared
else:
    record_ids = later("geo_relocation.ingest.keys", "record_ids")
    brought_before = later("geo_relocation.ingest.log", "brought_before")
    closed_by_reimport = later("geo_relocation.ingest.log", "closed_by_reimport")
    plan_upsert = later("geo_relocation.ingest.merge", "plan_upsert")


def report_on(reader: Reader, prepared: Prepared, import_id: str, *, dry_run: bool) -> ImportReport:
    """Hold the prepared rows against those the workspace has."""
    plan = plan_upsert(
        prepared.layer,
        reader.read(prepared.layer),
        prepared.frame,
        import_id=import_id,
        given=prepared.given,
    )
    earlier = None
    if not plan.rows:
        earlier = brought_before(
            reader.read("imports", where={"layer": prepared.layer}),
            reader.read("issues", where={"layer": prepared.layer, "closed_at": None}),
            prepared,
        )
    return ImportReport(earlier or import_id, prepared, plan, dry_run, earlier is not None)


def store_import(
    workspace: WorkspaceBase,
    prepared: Prepared,
    import_id: str,
    *,
    brings_rows: bool = True,
    confirmation: Confirmation | None = None,
) -> ImportReport:
    """Write rows, issues, the undo log and the record in one transaction.

    Where the rows were brought anew, issues of theirs from files of other names are closed.
    Where the same was brought before and nothing has changed since, nothing is written but what
    was told about columns, which is remembered.
    """
    with workspace.writing() as transaction:
        report = report_on(transaction, prepared, import_id, dry_run=False)
        if confirmation is not None:
            confirmation.store(transaction)
        if report.nothing_changed:
            return report
        plan = report.plan
        record = {
            **prepared.record,
            "imported_at": transaction.now(),
            "author": workspace.author,
            "rows_added": len(plan.added),
            "rows_changed": len(plan.changed),
        }
        transaction.append("imports", schema("imports").conform(pd.DataFrame([record])))
        records = record_ids(prepared.frame, schema(prepared.layer)) if brings_rows else ()
        _close_answered(transaction, prepared, import_id, records)
        transaction.append("issues", prepared.issues)
        transaction.append("undo_log", plan.undo)
        if len(plan.added):
            transaction.append(prepared.layer, plan.added)
        if len(plan.changed):
            transaction.upsert(prepared.layer, plan.changed)
    return report


def _close_answered(
    transaction: Transaction, prepared: Prepared, import_id: str, records: Iterable[str]
) -> None:
    """Close the issues of earlier imports that this one answers."""
    closing = closed_by_reimport(
        transaction.read("issues", where={"layer": prepared.layer, "closed_at": None}),
        prepared.issues,
        layer=prepared.layer,
        file=str(prepared.record["file"]),
        import_id=import_id,
        at=transaction.now(),
        records=set(records),
    )
    if len(closing.closed):
        transaction.upsert("issues", closing.closed)
