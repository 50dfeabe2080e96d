"""Carrying out the steps of a migration on a workspace file."""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile

from pyproj import CRS

from geo_relocation.errors import StoreError
from geo_relocation.lazy import pd
from geo_relocation.messages import _
from geo_relocation.model import LayerSchema, schemas
from geo_relocation.store.geopackage import container, ddl, foreign, queries
from geo_relocation.store.geopackage.columns import quoted
from geo_relocation.store.geopackage.connection import connect, reading, translated
from geo_relocation.store.geopackage.ledger import FileLedger
from geo_relocation.store.geopackage.locks import begin_to_write, commit
from geo_relocation.store.geopackage.transaction import GeoPackageTransaction
from geo_relocation.store.history import HISTORY_TABLE, Chain, Link, account_of_computer
from geo_relocation.store.migrations import Migration, Step, steps_from
from geo_relocation.store.patience import Patience
from geo_relocation.store.protocol import SCHEMA_VERSION, Reader, Where

_DRAFT = "georeloc_new"


class _Work:
    """What a step may do with the rows that are there; see `migrations.Migrating`."""

    def __init__(self, connection: sqlite3.Connection, path: Path, actor: str) -> None:
        self._connection = connection
        row = connection.execute("SELECT value FROM georeloc_info WHERE key = 'crs'").fetchone()
        self._crs = CRS.from_user_input(row[0])
        self.ledger = FileLedger(connection)
        self.reader: Reader = GeoPackageTransaction(connection, path, self._crs)
        self.chain = Chain(self.ledger, actor=actor, account=account_of_computer())

    def links(self) -> list[Link]:
        """All links of the chain, oldest first."""
        return self.ledger.links()

    def read_as(self, schema: LayerSchema, where: Where) -> pd.DataFrame:
        """Rows of a table as an earlier layout had it."""
        return queries.read(self._connection, schema, self._crs, where=where, bbox=None)

    def execute(self, statement: str) -> None:
        """Run SQL that both databases understand."""
        self._connection.execute(statement)


def migrate(path: Path, version: int, *, patience: Patience, actor: str) -> Migration:
    """Bring a workspace to the newest layout, in one transaction, after a copy beside it.

    Raises
    ------
    UsageError
        If it has the newest layout already.
    StoreError
        If the copy cannot be made. Nothing is changed then.
    """
    steps = steps_from(str(path), version)
    copy = _copied(path, version, patience)
    with translated(path), closing(connect(path, 0)) as connection:
        # Renaming a table would else be carried into triggers whose functions SQLite lacks.
        connection.execute("PRAGMA legacy_alter_table = ON")
        connection.execute("PRAGMA foreign_keys = OFF")
        begin_to_write(connection, path, patience)
        try:
            foreign.require_plain(path, connection)
            _add_tables(connection, steps)
            work = _Work(connection, path, actor)
            for step in steps:
                if step.keep is not None:
                    step.keep(work)
            _remake_tables(connection, steps)
            _fill(connection, work, steps)
            commit(connection, path, patience)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    return Migration(str(path), version, SCHEMA_VERSION, tuple(step.title for step in steps), copy)


def _copied(path: Path, version: int, patience: Patience) -> Path:
    """A copy of the workspace beside it, whole, under a name that was free."""
    try:
        copy = _free_name(path, version)
        with NamedTemporaryFile(dir=path.parent, prefix=".migrate-", delete=False) as made:
            draft = Path(made.name)
        try:
            _back_up(path, draft, patience)
            draft.rename(copy)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            _("{path} cannot be copied beside itself: {reason}.", path=path, reason=error.strerror),
            hint=_("Make space, or move the workspace to another folder; nothing was changed."),
        ) from error
    return copy


def _free_name(path: Path, version: int) -> Path:
    """A name beside the workspace that tells its version."""
    names = (
        f"{path.stem}-layout-{version}{'' if count == 1 else f'-{count}'}{path.suffix}"
        for count in itertools.count(1)
    )
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())


def _back_up(path: Path, draft: Path, patience: Patience) -> None:
    """Copy in SQLite's own way, which also sees what lies in a journal or log beside the file."""
    with (
        reading(path, patience) as source,
        closing(sqlite3.connect(draft)) as target,
    ):
        source.backup(target)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.chmod(path.stat().st_mode)


def _add_tables(connection: sqlite3.Connection, steps: Iterable[Step]) -> None:
    """Make the tables that are new."""
    srs_id = connection.execute(
        "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = 'zones'"
    ).fetchone()[0]
    for step in steps:
        for name in step.tables:
            if _columns_of(connection, name):
                continue
            if name == HISTORY_TABLE:
                for statement in ddl.history_statements():
                    connection.execute(statement)
            else:
                container.add_layer(connection, schemas()[name], srs_id)


def _remake_tables(connection: sqlite3.Connection, steps: Iterable[Step]) -> None:
    """Make tables that change anew, as a new workspace has them."""
    for name in sorted(set().union(*(step.altered for step in steps))):
        _remake(connection, schemas()[name])
    container.describe_columns(connection)


def _columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({quoted(table)})")]


def _remake(connection: sqlite3.Connection, schema: LayerSchema) -> None:
    """Make a layer's table anew with the rows that are there; triggers come at the end."""
    kept = [name for name in _columns_of(connection, schema.name) if name in schema.columns]
    names = ", ".join(map(quoted, ["fid", *kept]))
    last = connection.execute(
        "SELECT max(seq) FROM sqlite_sequence WHERE name = ?", (schema.name,)
    ).fetchone()[0]
    connection.execute(ddl.table_statement(schema, _DRAFT))
    connection.execute(
        f"INSERT INTO {quoted(_DRAFT)} ({names}) SELECT {names} FROM {quoted(schema.name)}"
    )
    connection.execute(f"DROP TABLE {quoted(schema.name)}")
    connection.execute(f"ALTER TABLE {quoted(_DRAFT)} RENAME TO {quoted(schema.name)}")
    if last is not None:
        # Numbers of rows that were removed are not given again.
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (schema.name,))
        connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (schema.name, last))


def _fill(connection: sqlite3.Connection, work: _Work, steps: Iterable[Step]) -> None:
    """Let the steps see to the rows, put the guards on, and state the new version."""
    for step in steps:
        if step.fill is not None:
            step.fill(work)
    work.chain.finish(work.reader)
    for name in sorted(set().union(*(step.altered for step in steps))):
        for statement in ddl.trigger_statements(schemas()[name]):
            connection.execute(statement)
    work.ledger.set_info("schema_version", str(SCHEMA_VERSION))
