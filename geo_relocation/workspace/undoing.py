"""The verb `undo`: an import is taken back whole, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_relocation.errors import StrandedError
from geo_relocation.lazy import later, pd
from geo_relocation.messages import Message, _
from geo_relocation.model import schema
from geo_relocation.standing.runs import approval_in_force
from geo_relocation.store import Transaction
from geo_relocation.workspace.base import WorkspaceBase

if TYPE_CHECKING:
    from geo_relocation.ingest.keys import record_ids
    from geo_relocation.ingest.log import undo_plan
else:
    record_ids = later("geo_relocation.ingest.keys", "record_ids")
    undo_plan = later("geo_relocation.ingest.log", "undo_plan")

_HANGS_ON = {
    "sites": dict.fromkeys(("decisions", "events", "findings", "assignments"), "site_id"),
    "parks": {"lots": "park_id", "assignments": "park_id"},
}
"""Tables whose rows belong to rows of a layer, and the column that says to which."""

_OF_A_PLAN = (
    "scenarios",
    "assignments",
    "cost_terms",
    "indicators",
    "indicator_parts",
    "after_use",
)


def undo_import(
    workspace: WorkspaceBase, import_id: str, *, keep_history: bool = False
) -> dict[str, int]:
    """Take an import back as a whole; returns rows touched per layer.

    Rows that it added go, rows that it changed become what they were, and issues that it
    had answered are open again.

    Parameters
    ----------
    workspace
        From which it is taken.
    import_id
        The import.
    keep_history
        Take it back even if findings, decisions, entries of the list or plans hang on rows
        that go. Plans with such rows are removed, for they would no longer add up; the
        rest is a history that only grows, stays, and can be read by the id of the site.

    Raises
    ------
    UnknownNameError
        If there is no such import.
    DataError
        If rows were changed since; nothing is undone then.
    StrandedError
        If something hangs on rows that go, and `keep_history` was not asked for; if lots lie
        in parks that go; or if the approved plan would have to go.
    """
    with workspace.writing() as transaction:
        log = transaction.read("undo_log", where={"import_id": import_id})
        layers = {str(name): transaction.read(str(name)) for name in log["layer"].unique()}
        plan = undo_plan(import_id, log, layers, workspace.crs)
        touched = dict.fromkeys(layers, 0)
        for name, records in plan.delete.items():
            hanging = _hanging(transaction, name, records)
            _refuse_stranding(import_id, name, hanging, keep_history=keep_history)
            touched |= _remove_plans(transaction, hanging.get("assignments"))
        for name, records in plan.delete.items():
            gone = set(records)
            ids = record_ids(layers[name], schema(name))
            kept = layers[name][[record not in gone for record in ids]]
            transaction.replace(name, kept.reset_index(drop=True))
            touched[name] += len(gone)
        for name, frame in plan.restore.items():
            transaction.upsert(name, frame)
            touched[name] += len(frame)
        transaction.delete("undo_log", where={"import_id": import_id})
        imports = transaction.read("imports", where={"import_id": import_id})
        moment = pd.Series([pd.Timestamp(transaction.now())] * len(imports))
        transaction.upsert("imports", imports.assign(undone_at=moment))
        transaction.delete("mappings", where={"import_id": import_id})
        _settle_issues(transaction, import_id)
    return touched


def _settle_issues(transaction: Transaction, import_id: str) -> None:
    """After an undo: close the import's own issues, and open those it had closed."""
    own = transaction.read("issues", where={"import_id": import_id, "closed_at": None})
    if len(own):
        moment = pd.Timestamp(transaction.now())
        transaction.upsert("issues", own.assign(closed_at=moment, closed_by="undo"))
    imports = transaction.read("imports")
    valid = imports.loc[imports["undone_at"].isna(), "import_id"]
    answered = transaction.read("issues", where={"closed_by": import_id})
    again = answered[answered["import_id"].isin(valid)]
    if len(again):
        opened = again.assign(closed_at=pd.NaT, closed_by=None)
        transaction.upsert("issues", schema("issues").conform(opened))


def _hanging(transaction: Transaction, layer: str, records: list[str]) -> dict[str, pd.DataFrame]:
    """Rows that belong to records that are about to go, by table; only tables that have some."""
    found = {
        table: transaction.read(table, where={column: records})
        for table, column in _HANGS_ON.get(layer, {}).items()
    }
    return {table: rows for table, rows in found.items() if len(rows)}


def _refuse_stranding(
    import_id: str, layer: str, hanging: dict[str, pd.DataFrame], *, keep_history: bool
) -> None:
    """Refuse to take rows away from what hangs on them, unless that was asked for."""
    if not hanging or (keep_history and "lots" not in hanging):
        return
    counts = [
        Message("{count:n} × {table}", {"count": len(rows), "table": schema(table)})
        for table, rows in hanging.items()
    ]
    key = _HANGS_ON[layer][next(iter(hanging))]
    first = next(iter(hanging.values()))[key].iloc[0]
    hint = (
        _("Undo the imports of the lots in these parks first.")
        if "lots" in hanging
        else _(
            "To take them back and keep that history: geo-relocation undo {import_id} "
            "--keep-history (plans with these rows are removed). To mend values instead, import "
            "the corrected file.",
            import_id=import_id,
        )
    )
    raise StrandedError(
        _(
            "Import {import_id} cannot be undone: {counts} hang on rows that it added ({layer}).",
            import_id=import_id,
            counts=counts,
            layer=schema(layer),
        ),
        why=_("They would be left without them, the first being {first}.", first=first),
        hint=hint,
    )


def _remove_plans(transaction: Transaction, assignments: pd.DataFrame | None) -> dict[str, int]:
    """Remove the plans of some assignments whole; rows removed per table.

    Raises
    ------
    StrandedError
        If one of them is approved: its document would be about nothing.
    """
    if assignments is None:
        return {}
    plans = sorted(assignments["plan_id"].unique())
    approval = approval_in_force(transaction.read("approvals"))
    if approval is not None and approval["plan_id"] in plans:
        raise StrandedError(
            _(
                "Plan {plan_id} is approved ({document_no}) and would have to go.",
                plan_id=approval["plan_id"],
                document_no=approval["document_no"],
            ),
            hint=_(
                "Withdraw that first: geo-relocation scenario withdraw "
                "{plan_id} --document TEXT --date DATE",
                plan_id=approval["plan_id"],
            ),
        )
    return {name: transaction.delete(name, where={"plan_id": plans}) for name in _OF_A_PLAN}
