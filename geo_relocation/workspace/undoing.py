"""The verb `undo`: an import is taken back whole, or not at all."""

from __future__ import annotations

import pandas as pd

from geo_relocation.ingest.keys import record_ids
from geo_relocation.ingest.log import undo_plan
from geo_relocation.model import schema
from geo_relocation.store import Transaction
from geo_relocation.workspace.base import WorkspaceBase


class Undoing(WorkspaceBase):
    """Imports of a workspace, taken back."""

    def undo_import(self, import_id: str) -> dict[str, int]:
        """Take an import back as a whole; returns rows touched per layer.

        Rows that it added go, rows that it changed become what they were, and issues that it
        had answered are open again.

        Raises
        ------
        UnknownNameError
            If there is no such import.
        DataError
            If rows were changed since; nothing is undone then.
        """
        with self.writing() as transaction:
            log = transaction.read("undo_log", where={"import_id": import_id})
            layers = {str(name): transaction.read(str(name)) for name in log["layer"].unique()}
            plan = undo_plan(import_id, log, layers, self.crs)
            touched = dict.fromkeys(layers, 0)
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
            self._settle_issues(transaction, import_id)
        return touched

    @staticmethod
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
