"""Recomputing the chain: whether the workspace holds what this program wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geo_relocation.messages import Message, _, ngettext
from geo_relocation.model import schema as schema_of
from geo_relocation.store.history import (
    MEMBER_BY,
    NOTHING,
    Link,
    content_hash,
    members,
    read_member,
)
from geo_relocation.store.protocol import Reader

_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True)
class Break:
    """The first link that does not hold.

    Attributes
    ----------
    what
        What is wrong, in words.
    link
        The link, where one is there: which rows, who wrote them, and when.
    """

    what: Message
    link: Link | None = None


@dataclass(frozen=True)
class HistoryCheck:
    """What a recomputation found.

    Attributes
    ----------
    links
        How many there are.
    head
        The newest, as ``number:hash``: written down elsewhere it is proof of all before it.
    first_break
        The first that does not hold; None where all do.
    """

    links: int
    head: str
    first_break: Break | None


def audit(links: Sequence[Link], head: str | None, reader: Reader) -> HistoryCheck:
    """Recompute every link and the rows that it states.

    Parameters
    ----------
    links
        All links, oldest first.
    head
        The newest link as the workspace's facts name it.
    reader
        Sees the same state as that which `links` come from.
    """
    found = _broken_chain(links) or _cut_short(links, head) or _broken_rows(links, reader)
    return HistoryCheck(len(links), links[-1].head if links else "", found)


def _broken_chain(links: Sequence[Link]) -> Break | None:
    previous = NOTHING
    for number, link in enumerate(links, 1):
        if link.sequence != number:
            return Break(
                _(
                    "Link {number} is missing; the next one is {next}.",
                    number=number,
                    next=link.sequence,
                ),
                link,
            )
        if link.digest != link.expected_digest():
            return Break(
                _("Link {number} itself was changed after it was written.", number=number), link
            )
        if link.previous != previous:
            return Break(
                _("Link {number} does not follow from the link before it.", number=number), link
            )
        previous = link.digest
    return None


def _cut_short(links: Sequence[Link], head: str | None) -> Break | None:
    last = links[-1].head if links else None
    if head == last:
        return None
    return Break(
        _(
            "The chain ends with {last}, but the workspace names {head} as its newest link: links "
            "were removed or added.",
            last=last or _("nothing"),
            head=head or _("nothing"),
        ),
        links[-1] if links else None,
    )


def _broken_rows(links: Sequence[Link], reader: Reader) -> Break | None:
    newest = {(link.layer, link.member): link for link in links}
    broken = [wrong for layer in MEMBER_BY for wrong in _wrong_members(layer, newest, reader)]
    if broken:
        return min(broken, key=lambda wrong: wrong.link.sequence if wrong.link else 0)
    for layer in MEMBER_BY:
        stated = [link for (name, _member), link in newest.items() if name == layer]
        if reader.count(layer) != sum(link.rows for link in stated):
            known = {link.member for link in stated}
            there = members(schema_of(layer), reader.read(layer))
            added = [(name, rows) for name, rows in there if name not in known]
            count = sum(len(rows) for _member, rows in added)
            key = schema_of(layer).key[0]
            first = next((rows[key].iloc[0] for _member, rows in added), "")
            return Break(
                ngettext(
                    "{count:n} row of {layer} has no link: {key} {first:q}.",
                    "{count:n} rows of {layer} have no link, the first {key} {first:q}.",
                    count,
                    layer=layer,
                    key=key,
                    first=str(first),
                )
            )
    return None


def _wrong_members(
    layer: str, newest: dict[tuple[str, str], Link], reader: Reader
) -> Iterator[Break]:
    """Members of a layer that are not as their newest link states them."""
    stated = [link for (name, _member), link in newest.items() if name == layer]
    for batch in _batches(sorted(stated, key=lambda link: link.sequence)):
        rows = read_member(reader, layer, *(link.member for link in batch))
        there = dict(members(schema_of(layer), rows))
        for link in batch:
            found = there.get(link.member, rows.iloc[:0])
            if len(found) != link.rows:
                words = _(
                    "there were {before:n} rows, there are {now:n}",
                    before=link.rows,
                    now=len(found),
                )
            elif content_hash(schema_of(layer), found) != link.content:
                words = ngettext(
                    "its {count:n} row holds other values now",
                    "of its {count:n} rows, some hold other values now",
                    link.rows,
                )
            else:
                continue
            yield Break(
                _(
                    "Link {number} does not hold: {layer} ({column} {member}), written by {actor} "
                    "on {account} at {at}: {what}.",
                    number=link.sequence,
                    layer=layer,
                    column=MEMBER_BY[layer],
                    member=link.member,
                    actor=link.actor or link.account,
                    account=link.account,
                    at=link.at,
                    what=words,
                ),
                link,
            )


def _batches(links: Sequence[Link]) -> Iterator[list[Link]]:
    batch: list[Link] = []
    for link in links:
        if batch and sum(other.rows for other in batch) + link.rows > _ROWS_AT_ONCE:
            yield batch
            batch = []
        batch.append(link)
    if batch:
        yield batch
