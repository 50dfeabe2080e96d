"""The chain over what must not be rewritten: decisions, events, findings, runs and plans.

Rows that belong together are a *member* of their layer: what one call appended, one run's
findings, one plan's assignments. Whenever a member is written, a link is added that states it as
it is from then on: how many rows, and the hash of their content. Each link also holds the hash
of the one before it. Whoever changes, adds or removes rows past this program leaves content that
the newest link of its member does not state; whoever mends that link breaks every later one.

::

    content = SHA-256 over the member's rows, ordered by key, column by column
    digest  = SHA-256 over the link's own fields and the digest of the link before

The form of both is fixed: layouts may gain columns, and a column without a value in any of the
rows is no part of their content, so that old links stay right.
"""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from geo_relocation.lazy import np, pd
from geo_relocation.model import Attribute, LayerSchema
from geo_relocation.model import schema as schema_of
from geo_relocation.store.protocol import Reader

HISTORY_TABLE = "georeloc_history"
HEAD = "history_head"
"""The fact that names the newest link, so that a chain cut short is noticed."""

SEQUENCE = "sequence"
MEMBER_BY = {
    "runs": SEQUENCE,
    "run_events": SEQUENCE,
    "findings": "run_id",
    "decisions": SEQUENCE,
    "events": SEQUENCE,
    "scenarios": "plan_id",
    "approvals": SEQUENCE,
    "assignments": "plan_id",
    "cost_terms": "plan_id",
}
"""The column of each chained layer that says to which member a row belongs."""

_TRUSTED_LEAD = timedelta(days=1)

_FORM = b"georeloc-content-1"
NOTHING = "0" * 64


@dataclass(frozen=True)
class Link:
    """One link: the state of one member from this moment on.

    Attributes
    ----------
    sequence
        Place in the chain, from 1.
    layer, member
        Which rows: those of `layer` whose column ``MEMBER_BY[layer]`` holds `member`.
    rows, content
        How many they are, and the hash of what they hold.
    actor, account
        Who is named as the author, and the account of database or computer that wrote.
    at
        When, by the store's own clock, in UTC to the millisecond.
    previous, digest
        Hash of the link before, and of this one.
    """

    sequence: int
    layer: str
    member: str
    rows: int
    content: str
    actor: str
    account: str
    at: str
    previous: str
    digest: str

    @property
    def head(self) -> str:
        """The link as the workspace's facts name it: ``sequence:digest``."""
        return f"{self.sequence}:{self.digest}"

    def expected_digest(self) -> str:
        """The digest that the link's other fields call for."""
        fields = [getattr(self, name) for name in LINK_COLUMNS[:-1]]
        # What is no text and no number was not written by this program: no digest calls for it.
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), default=repr)
        return hashlib.sha256(text.encode()).hexdigest()


LINK_COLUMNS = tuple(Link.__dataclass_fields__)


class Ledger(Protocol):
    """Where a store keeps the links; asked and written within a transaction."""

    def last_link(self) -> Link | None:
        """The newest link."""

    def add_link(self, link: Link) -> None:
        """Write a link."""

    def knows(self, layer: str, member: str) -> bool:
        """Whether a member has a link already."""

    def now(self) -> datetime:
        """The present moment by the store's own clock."""

    def set_info(self, key: str, value: str) -> None:
        """Write one of the workspace's facts."""


class Chain:
    """Adds links as a transaction writes.

    Attributes
    ----------
    stale
        Members that were changed and get their link when the transaction ends.
    """

    def __init__(self, ledger: Ledger, *, actor: str, account: str) -> None:
        self.stale: set[tuple[str, str]] = set()
        self._ledger = ledger
        self._actor = actor
        self._account = account

    def numbered(self, schema: LayerSchema, ready: pd.DataFrame) -> pd.DataFrame:
        """The rows with the number of the link that they will be written with."""
        if SEQUENCE not in schema.columns:
            return ready
        number = pd.array([self.next_sequence()] * len(ready), dtype="Int64")
        return ready.assign(**{SEQUENCE: number})

    def next_sequence(self) -> int:
        """The number of the next link."""
        last = self._ledger.last_link()
        return 1 if last is None else last.sequence + 1

    def appended(self, schema: LayerSchema, ready: pd.DataFrame) -> None:
        """Link rows that were just added; those of a member that had some wait for the end."""
        for member, rows in members(schema, ready):
            if self._ledger.knows(schema.name, member):
                self.stale.add((schema.name, member))
            else:
                self._link(schema, member, rows)

    def changed(self, schema: LayerSchema, rows: pd.DataFrame) -> None:
        """Note members whose rows are about to be, or were, changed or removed."""
        self.stale |= {(schema.name, member) for member, _ in members(schema, rows)}

    def state(self, reader: Reader, layer: str) -> None:
        """Link every member of a layer as it is now: where a chain begins."""
        schema = schema_of(layer)
        for member, rows in members(schema, reader.read(layer)):
            self._link(schema, member, rows)

    def finish(self, reader: Reader) -> None:
        """Link what was changed, and name the newest link in the workspace's facts."""
        for layer, member in sorted(self.stale):
            self._link(schema_of(layer), member, read_member(reader, layer, member))
        self.stale.clear()
        last = self._ledger.last_link()
        if last is not None:
            self._ledger.set_info(HEAD, last.head)

    def _link(self, schema: LayerSchema, member: str, rows: pd.DataFrame) -> None:
        last = self._ledger.last_link()
        moment = self._ledger.now().astimezone(UTC)
        unsealed = Link(
            sequence=1 if last is None else last.sequence + 1,
            layer=schema.name,
            member=member,
            rows=len(rows),
            content=content_hash(schema, rows),
            actor=self._actor,
            account=self._account,
            at=moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            previous=NOTHING if last is None else last.digest,
            digest="",
        )
        sealed = Link(**(vars(unsealed) | {"digest": unsealed.expected_digest()}))
        self._ledger.add_link(sealed)


def in_step(clock: datetime, last: Link | None) -> datetime:
    """A computer's time, but never before the newest link of the file it writes to.

    The link may come from another computer, whose clock is fast: by up to a day it is believed,
    so that what is written later is also dated later. A clock that is further off than that is
    nobody's guide; `sequence` still tells the order.
    """
    if last is None:
        return clock
    before = datetime.fromisoformat(last.at)
    return before if clock < before <= clock + _TRUSTED_LEAD else clock


def account_of_computer() -> str:
    """The account under which this program runs."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as containers have them
        return ""


def members(schema: LayerSchema, rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The members of a chained layer in a frame, each with its rows; none of another layer.

    Rows that name no member, which only other programs write, are the member ``""``.
    """
    column = MEMBER_BY.get(schema.name)
    if column is None or rows.empty:
        return
    named = rows[column].astype(object).where(rows[column].notna(), "").astype(str)
    for member in sorted(named.unique()):
        yield member, rows[(named == member).to_numpy()]


def read_member(reader: Reader, layer: str, *names: str) -> pd.DataFrame:
    """The rows of one member or several."""
    column = MEMBER_BY[layer]
    wanted = [int(name) if column == SEQUENCE and name else name or None for name in names]
    return reader.read(layer, where={column: wanted})


def content_hash(schema: LayerSchema, rows: pd.DataFrame) -> str:
    """SHA-256 over conformed rows, in the same form whichever store they came from.

    Rows are ordered by key, texts by code point. A column is its name, a byte per row that says
    whether there is a value, and the values: numbers as eight bytes, days and milliseconds
    since 1970 as integers, texts as their lengths and their UTF-8 bytes one after the other.
    """
    ordered = rows.sort_values(list(schema.key), kind="stable")
    digest = hashlib.sha256(_FORM)
    digest.update(f"{schema.name}\0{len(ordered)}\0".encode())
    for attribute in schema.fields:
        present = ordered[attribute.name].notna().to_numpy(dtype=bool)
        if present.any():
            digest.update(f"{attribute.name}\0".encode())
            digest.update(present.tobytes())
            digest.update(_value_bytes(ordered[attribute.name], attribute))
    return digest.hexdigest()


def _value_bytes(values: pd.Series, attribute: Attribute) -> bytes:
    if attribute.dtype == "str":
        return _text_bytes(values)
    if attribute.type == "real":
        return bytes(values.fillna(0.0).to_numpy(dtype="<f8").tobytes())
    if attribute.type in {"date", "datetime"}:
        unit = "D" if attribute.type == "date" else "ms"
        plain = values.dt.tz_localize(None) if attribute.type == "datetime" else values
        numbers = plain.to_numpy().astype(f"datetime64[{unit}]").astype("<i8")
        return bytes(np.where(plain.notna(), numbers, 0).astype("<i8").tobytes())
    return bytes(values.astype("Int64").fillna(0).to_numpy(dtype="<i8").tobytes())


def _text_bytes(values: pd.Series) -> bytes:
    texts = pa.array(values, pa.large_string(), from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    full = pc.cast(pc.fill_null(texts, ""), pa.large_binary())
    lengths = pc.binary_length(full).to_numpy(zero_copy_only=False).astype("<i8")
    return bytes(lengths.tobytes() + b"".join(full.to_pylist()))
