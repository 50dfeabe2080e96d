"""Knows what was committed, so that whatever goes wrong afterwards can say what was stored."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from geo_relocation.messages import Message, joined
from geo_relocation.model import schema
from geo_relocation.store import Transaction

_WRITES = ("append", "replace", "upsert", "delete")


class Stored:
    """Rows written by layer, of the transactions that were committed."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()

    def add(self, rows: Counter[str]) -> None:
        """Count what a transaction wrote, once it is committed."""
        self._rows.update({layer: count for layer, count in rows.items() if count})

    def __bool__(self) -> bool:
        """Whether anything was stored."""
        return bool(self._rows)

    @property
    def rows(self) -> dict[str, int]:
        """Rows by layer."""
        return dict(self._rows)

    @property
    def words(self) -> Message:
        """Rows by layer in words."""
        told = [
            Message("{layer} ({count:n})", {"layer": schema(layer), "count": count})
            for layer, count in self._rows.items()
        ]
        return joined(told, between=", ")


def counting(transaction: Transaction, rows: Counter[str]) -> Transaction:
    """The same transaction, which counts the rows it writes by layer in `rows`."""
    return cast("Transaction", _Counting(transaction, rows))


class _Counting:
    """Passes everything on, and counts what is written."""

    def __init__(self, transaction: Transaction, rows: Counter[str]) -> None:
        self._transaction = transaction
        self._rows = rows

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._transaction, name)
        if name not in _WRITES:
            return found

        def write(layer: str, *given: Any, **options: Any) -> int:
            count = cast("int", found(layer, *given, **options))
            self._rows[layer] += count
            return count

        return write
