"""Which plan is approved: entries with a document, of which the newest counts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from geo_relocation.errors import EmptyWorkspaceError, UsageError
from geo_relocation.lazy import pd
from geo_relocation.messages import Language, _
from geo_relocation.model import schema
from geo_relocation.model.enums import ApprovalKind
from geo_relocation.standing.days import day_of
from geo_relocation.standing.runs import approval_in_force
from geo_relocation.store import Transaction
from geo_relocation.words import say
from geo_relocation.workspace.actor import Actor
from geo_relocation.workspace.base import WorkspaceBase
from geo_relocation.workspace.plan_names import plan_id_of

APPROVED = str(ApprovalKind.APPROVED)
"""In place of a plan's id: the one that is approved."""


class Approvals(WorkspaceBase):
    """Approvals of the plans of a workspace."""

    def in_force(self) -> pd.Series | None:
        """The entry by which a plan is approved now; None where none is."""
        with self.snapshot() as reader:
            return approval_in_force(reader.read("approvals"))

    def plan(self) -> str:
        """Id of the approved plan.

        Raises
        ------
        EmptyWorkspaceError
            If no plan is approved.
        """
        found = self.in_force()
        if found is None:
            raise EmptyWorkspaceError(
                _("No plan is approved."),
                hint=_(
                    "Approve one: geo-relocation scenario approve PLAN --document "
                    "TEXT --date DATE; or name the plan to start from."
                ),
            )
        return str(found["plan_id"])

    def of(self, plan_id: str) -> dict[str, Any]:
        """Who approved a plan, when, and by which document; None each where it is not approved."""
        entry = self.in_force()
        mine = entry if entry is not None and entry["plan_id"] == plan_id else None
        columns = {
            "approved_at": "at",
            "approved_by": "author",
            "approval_document": "document_no",
            "approval_date": "document_date",
        }
        return {key: None if mine is None else mine[name] for key, name in columns.items()}

    def approve(
        self,
        plan_id: str,
        *,
        document: str,
        dated: date,
        note: str | None = None,
        actor: Actor | None = None,
    ) -> pd.Series:
        """Approve a plan; it takes the place of the one that was approved.

        Parameters
        ----------
        plan_id
            The plan, by whatever `plan_names.plan_id_of` knows it.
        document, dated
            Number and day of the document that approves it.
        note
            Anything to add.
        actor
            Who records it; by the settings when left out.

        Returns
        -------
        Series
            The entry.

        Raises
        ------
        UnknownNameError
            If there is no such plan.
        UsageError
            If it is approved already, the document has no number, or nobody is named.
        """
        return self._record(ApprovalKind.APPROVED, plan_id, document, dated, actor, note)

    def withdraw(
        self,
        plan_id: str,
        *,
        document: str,
        dated: date,
        note: str | None = None,
        actor: Actor | None = None,
    ) -> pd.Series:
        """Withdraw the approval of a plan; then none is approved. See `approve`."""
        return self._record(ApprovalKind.WITHDRAWN, plan_id, document, dated, actor, note)

    def _record(
        self,
        kind: ApprovalKind,
        plan_id: str,
        document: str,
        dated: date,
        actor: Actor | None,
        note: str | None,
    ) -> pd.Series:
        if actor is None and not self.settings.author:
            raise UsageError(
                _("An approval needs an author."),
                hint=_("Set GEORELOC_AUTHOR, or author in georelocation.toml, once."),
            )
        if not document.strip():
            raise UsageError(
                _("An approval needs a document."),
                hint=_("Name its number: --document '12/QĐ-UBND'"),
            )
        with self.writing() as transaction:
            plans = transaction.read("scenarios")
            plan_id = plan_id_of(plans, plan_id)
            standing = approval_in_force(transaction.read("approvals"))
            held = None if standing is None else str(standing["plan_id"])
            _require_change(kind, plan_id, held)
            at = transaction.now()
            row = {
                "approval_id": f"approval-{at:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
                "plan_id": plan_id,
                "kind": kind.value,
                "at": at,
                "author": (actor or self.actor).name,
                "role": (actor or self.actor).role,
                "document_no": document.strip(),
                "document_date": dated,
                "note": note,
            }
            transaction.append("approvals", schema("approvals").conform(pd.DataFrame([row])))
            key = {"approval_id": row["approval_id"]}
            entry = transaction.read("approvals", where=key).iloc[0]
            approved = plan_id if kind is ApprovalKind.APPROVED else None
            _copy_to_plans(transaction, plans, approved, held, entry)
        return entry


def _require_change(kind: ApprovalKind, plan_id: str, held: str | None) -> None:
    """Check that an entry changes something."""
    if kind is ApprovalKind.APPROVED and held == plan_id:
        raise UsageError(
            _("Plan {plan_id} is approved already.", plan_id=plan_id),
            hint=_("To approve it under another document, withdraw this approval first."),
        )
    if kind is ApprovalKind.WITHDRAWN and held != plan_id:
        raise UsageError(
            _("Plan {plan_id} is not approved.", plan_id=plan_id),
            why=_("The approved plan is {held}.", held=held) if held else _("No plan is."),
        )


def _copy_to_plans(
    transaction: Transaction,
    plans: pd.DataFrame,
    approved: str | None,
    held: str | None,
    entry: pd.Series,
) -> None:
    """Say it in the plans' own rows too, for programs that read that table themselves."""
    changed = plans[plans["plan_id"].isin([approved, held])].copy()
    mine = (changed["plan_id"] == approved).to_numpy()
    changed["approved_at"] = pd.Series(
        [entry["at"] if one else pd.NaT for one in mine], index=changed.index
    )
    changed["approved_by"] = [entry["author"] if one else None for one in mine]
    if len(changed):
        transaction.upsert("scenarios", schema("scenarios").conform(changed))


def approval_words(approval: Mapping[str, Any], language: Language) -> str:
    """Whether the plan that is shown is approved, and by which document; see `Approvals.of`."""
    if approval["approved_at"] is None:
        return say(_("This plan is not approved."), language)
    approved = _(
        "This plan is approved: document {document} of {day:d}.",
        document=approval["approval_document"],
        day=day_of(approval["approval_date"]),
    )
    return say(approved, language)
