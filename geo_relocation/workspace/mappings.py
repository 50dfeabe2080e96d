"""What was told about columns is remembered for files with the same headers, until forgotten."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import TYPE_CHECKING

from geo_relocation.errors import UnknownNameError
from geo_relocation.lazy import pd
from geo_relocation.messages import _
from geo_relocation.model import schema
from geo_relocation.store import Reader, Transaction
from geo_relocation.workspace.base import WorkspaceBase

if TYPE_CHECKING:
    from geo_relocation.ingest.raw import RawTable


@dataclass(frozen=True)
class Told:
    """What a person says about the columns of a file.

    Not what one value for all rows is (`--set`): that belongs to one file, not to its headers. The
    next list of the same look is another city's, or of another year.

    Attributes
    ----------
    columns
        Attribute → column.
    code_system
        Of land-use codes; None where nothing was said.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    code_system: str | None = None

    def __bool__(self) -> bool:
        """Whether anything was said."""
        return bool(self.columns or self.code_system)

    def over(self, earlier: Told, fixed: Collection[str]) -> Told:
        """What is said here, and what was said earlier and is not replaced by it.

        Parameters
        ----------
        earlier
            What was said with an earlier file.
        fixed
            Attributes that have one value for all rows this time.
        """
        said = {*self.columns, *fixed}
        return Told(
            {k: v for k, v in earlier.columns.items() if k not in said} | dict(self.columns),
            self.code_system or earlier.code_system,
        )

    def as_json(self) -> str:
        """The text that is stored."""
        plain = {"map": dict(self.columns), "code_system": self.code_system}
        return json.dumps(plain, ensure_ascii=False, sort_keys=True)

    @classmethod
    def of_json(cls, text: str) -> Told:
        """What `as_json` wrote."""
        plain = json.loads(text)
        return cls(plain["map"], plain["code_system"])

    @property
    def words(self) -> str:
        """As options of the command line."""
        parts = [f"--map {name}={column}" for name, column in self.columns.items()]
        parts += [f"--code-system {self.code_system}"] if self.code_system else []
        return " ".join(parts)


@dataclass(frozen=True)
class Remembered:
    """What is remembered for files that look like one.

    Attributes
    ----------
    mapping_id
        Under which it is remembered; it follows from layer and headers.
    told
        What was said.
    file
        The file with which it was last said.
    at
        When.
    """

    mapping_id: str
    told: Told
    file: str
    at: pd.Timestamp


def looks(layer: str, raw: RawTable) -> tuple[str, str]:
    """Id and headers of the files that look like a table: the same headers in any order."""
    headers = json.dumps({"names": sorted(map(str, raw.frame.columns))}, ensure_ascii=False)
    digest = blake2s(f"{layer}\x1f{headers}".encode(), digest_size=5).hexdigest()
    return f"{layer}-{digest}", headers


def recalled(reader: Reader, layer: str, raw: RawTable) -> Remembered | None:
    """What is remembered for a file; None where nothing is."""
    mapping_id, _headers = looks(layer, raw)
    rows = reader.read("mappings", where={"mapping_id": mapping_id})
    if rows.empty:
        return None
    row = rows.iloc[0]
    return Remembered(mapping_id, Told.of_json(row["options"]), row["file"], row["confirmed_at"])


@dataclass(frozen=True)
class Confirmation:
    """What is to be remembered once an import is stored.

    Attributes
    ----------
    layer, raw
        The layer and the file.
    told
        What was said, with what was remembered before.
    import_id
        The import; taking it back forgets what it confirmed.
    author
        Who said it.
    """

    layer: str
    raw: RawTable
    told: Told
    import_id: str
    author: str

    def store(self, transaction: Transaction) -> None:
        """Remember it, where something else or nothing is remembered."""
        before = recalled(transaction, self.layer, self.raw)
        if before is not None and before.told.as_json() == self.told.as_json():
            return
        mapping_id, headers = looks(self.layer, self.raw)
        row = {
            "mapping_id": mapping_id,
            "layer": self.layer,
            "headers": headers,
            "options": self.told.as_json(),
            "file": self.raw.file,
            "confirmed_at": transaction.now(),
            "author": self.author,
            "import_id": self.import_id,
        }
        transaction.upsert("mappings", schema("mappings").conform(pd.DataFrame([row])))


class Mappings(WorkspaceBase):
    """What is remembered about columns."""

    def remembered(self) -> pd.DataFrame:
        """Rows of the table `mappings`, the newest first."""
        return self.read("mappings").sort_values(
            ["confirmed_at", "mapping_id"], ascending=[False, True], ignore_index=True
        )

    def forget(self, mapping_id: str) -> int:
        """Forget what is remembered under an id, or all of it; returns how many went.

        Raises
        ------
        UnknownNameError
            If nothing is remembered under that id.
        """
        with self.writing() as transaction:
            known = transaction.read("mappings")["mapping_id"].tolist()
            gone = known if mapping_id == "all" else [mapping_id]
            if not set(gone) <= set(known):
                raise UnknownNameError(_("remembered mapping"), mapping_id, [*known, "all"])
            if gone:
                transaction.delete("mappings", where={"mapping_id": gone})
        return len(gone)

    def forget_look(self, layer: str, raw: RawTable) -> None:
        """Forget what is remembered for files that look like one, if anything is."""
        with self.writing() as transaction:
            transaction.delete("mappings", where={"mapping_id": looks(layer, raw)[0]})
