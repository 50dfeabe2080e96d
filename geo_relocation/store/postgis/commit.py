"""Committing, and finding out what became of a commit whose answer was lost."""

from __future__ import annotations

import time
from contextlib import closing

import psycopg

from geo_relocation.errors import CommitInDoubtError, UnreachableError
from geo_relocation.messages import _
from geo_relocation.store.postgis.address import Address
from geo_relocation.store.postgis.connection import connect

_PATIENCE = 20.0
"""Seconds to ask for: a server that starts again takes some."""
_PAUSE = 0.5


def commit(connection: psycopg.Connection, address: Address) -> None:
    """Commit a transaction that has written.

    When the connection is lost before the server has answered, the server itself is asked, over
    a new connection, whether the transaction took place: it keeps the outcome of each under its
    number. So there is one reply, and it is right.

    Raises
    ------
    UnreachableError
        If the connection was lost and the transaction did not take place.
    CommitInDoubtError
        If the server cannot be asked.
    """
    row = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
    number = str(row[0]) if row else ""
    try:
        connection.commit()
    except psycopg.OperationalError as error:
        if not connection.broken:
            raise
        outcome = _outcome(address, number)
        if outcome == "committed":
            return
        if outcome == "aborted":
            raise UnreachableError(
                _("{url} broke off. Nothing was changed.", url=address.url)
            ) from error
        raise CommitInDoubtError(
            _(
                "{url} broke off while it was storing, and cannot be asked whether it did.",
                url=address.url,
            ),
            why=_("The transaction had the number {number}.", number=number),
        ) from error


def _outcome(address: Address, number: str) -> str:
    """``committed``, ``aborted``, or nothing where the server does not say in time."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            with closing(connect(address)) as asking:
                row = asking.execute("SELECT pg_xact_status(%s::xid8)", (number,)).fetchone()
        except (UnreachableError, psycopg.OperationalError):
            row = None
        # The server may still be at it, or may not have noticed yet that the line is cut.
        if row is not None and row[0] in {"committed", "aborted"}:
            return str(row[0])
        time.sleep(_PAUSE)
    return ""
