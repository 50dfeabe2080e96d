"""Every error a user can meet, in one tree.

::

    GeoRelocationError              what went wrong, why, and what to do next
    ├── UsageError                  the command or call itself is wrong       exit 2
    │   ├── FileMissingError
    │   ├── UnknownNameError        an unknown layer, column, rule set, …
    │   ├── ProtectedFileError      an output would replace what it must not
    │   └── SettingsError
    ├── DataError                   the data does not allow it                exit 1
    │   ├── IngestError             a file cannot come in
    │   │   ├── NotSpatialError
    │   │   ├── LimitError          a file asks for more than a limit allows
    │   │   ├── UnknownCrsError
    │   │   ├── UnknownColumnError
    │   │   ├── EmptyLayerError
    │   │   └── AmbiguousEncodingError
    │   ├── SchemaError             a frame does not fit the data dictionary
    │   ├── CrsMismatchError
    │   ├── StrandedError           an undo that would leave a history without its sites
    │   ├── EmptyWorkspaceError     a stage lacks the layer it needs
    │   ├── RuleSetError            a rule set has mistakes (all of them listed)
    │   ├── IllegalTransitionError  the list's life cycle does not allow the step
    │   └── ScenarioError           a scenario has mistakes (all of them listed)
    ├── StoreError                  the workspace cannot be used              exit 1
    │   ├── NotAWorkspaceError
    │   ├── NewerSchemaError
    │   ├── OlderSchemaError
    │   ├── UnreachableError
    │   ├── CommitInDoubtError
    │   ├── DamagedWorkspaceError   it holds what the data dictionary does not allow
    │   ├── ForeignObjectError      a file with objects in place of this program's own
    │   ├── WorkspaceBusyError
    │   └── AppendOnlyError
    ├── OutputError                 a file cannot be written                  exit 1
    ├── PlanError                   the plan does not allow it                exit 1
    │   ├── EmptyScopeError         nobody is to be placed
    │   ├── InvalidPlanError        the verifier found violations
    │   ├── ConflictingLocksError
    │   └── ImpossibleRuleError     a group needs more land than its parks have
    ├── UnforeseenError             a fault of the program                    exit 1
    │   └── CellLostError           a cell of a source would be lost
    └── CancelledError              the user stopped it                       exit 130
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from geo_relocation.messages import Text, _, joined, listed, ngettext


class GeoRelocationError(Exception):
    """Base of all errors that are the user's to mend.

    `geo_relocation.words.say` says the texts in the reader's language; `str`, in English.

    Parameters
    ----------
    what
        One sentence that says what happened, with the value that caused it.
    why
        The reason, when it is not obvious from `what`.
    hint
        What to do next. The class's own `hint` is used when it is left out.

    Attributes
    ----------
    code
        A stable word for the kind of error, shared by CLI, JSON and translations.
    exit_code
        What the command line exits with.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    hint: Text = ""

    def __init__(self, what: Text, *, why: Text = "", hint: Text | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        if hint is not None:
            self.hint = hint

    def __str__(self) -> str:
        return str(joined((self.what, self.why, self.hint)))


class UsageError(GeoRelocationError):
    """The command, or the call, is wrong in itself."""

    code = "usage"
    exit_code = 2


class FileMissingError(UsageError):
    """A file that was named does not exist."""

    code = "file-missing"
    hint = _("Check the path; relative paths start from the current folder.")


class UnknownNameError(UsageError):
    """A name (layer, scenario, rule set, …) that nothing here has."""

    code = "unknown-name"

    def __init__(self, kind: Text, name: str, known: Sequence[str]) -> None:
        super().__init__(
            _("There is no {kind} named {name:q}.", kind=kind, name=name),
            hint=_("Known: {names}.", names=known) if known else _("Known: none."),
        )


class ProtectedFileError(UsageError):
    """An output would take the place of something that is not its own kind."""

    code = "protected-file"
    hint = _("Name another file.")


class SettingsError(UsageError):
    """A setting has a value that cannot be used."""

    code = "settings"


class DataError(GeoRelocationError):
    """The data does not allow what was asked."""

    code = "data"


class IngestError(DataError):
    """A file cannot come in."""

    code = "ingest"


class NotSpatialError(IngestError):
    """The file is not one that can be read, or holds no positions."""

    code = "not-spatial"
    hint = _(
        "Give a GeoPackage, shapefile, GeoJSON, FileGDB, DXF, CSV or Excel file; "
        "a table needs coordinate columns or an address."
    )


class LimitError(IngestError):
    """A file asks for more than the limit of that name in `settings.ReadingLimits` allows."""

    code = "limit"

    def __init__(self, what: Text, limit: str, value: int) -> None:
        super().__init__(
            what,
            why=_("The limit {limit} is {value:n}.", limit=limit, value=value),
            hint=_(
                "If the file is sound, raise it in georelocation.toml under [reading], "
                "or with {variable}.",
                variable=f"GEORELOC_READING__{limit.upper()}",
            ),
        )


class UnknownCrsError(IngestError):
    """A spatial file states no coordinate reference system."""

    code = "unknown-crs"
    hint = _("Name it with --crs, e.g. --crs EPSG:9210 (VN-2000 / TM-3 105°45').")


class UnknownColumnError(IngestError):
    """A column that was named is not in the file."""

    code = "unknown-column"

    def __init__(self, column: str, known: Sequence[str]) -> None:
        super().__init__(
            _("The file has no column {column:q}.", column=column),
            hint=_("Its columns: {names}.", names=known),
        )


class EmptyLayerError(IngestError):
    """A layer without rows, or a filter that leaves none."""

    code = "empty-layer"


class AmbiguousEncodingError(IngestError):
    """The text encoding cannot be told with enough confidence."""

    code = "ambiguous-encoding"
    hint = _("Name it with --encoding: utf-8, tcvn3, vni, cp1258, …")


class SchemaError(DataError):
    """A frame does not fit the data dictionary."""

    code = "schema"


class CrsMismatchError(DataError):
    """Two layers that should share a projected CRS do not."""

    code = "crs-mismatch"


class StrandedError(DataError):
    """Taking an import back would leave what hangs on its rows without them."""

    code = "stranded"


class EmptyWorkspaceError(DataError):
    """A stage needs a layer that the workspace does not have yet."""

    code = "empty-workspace"


class _ListedMistakesError(DataError):
    """A specification with mistakes, all of which are listed at once."""

    def __init__(self, what: Text, mistakes: Sequence[Text]) -> None:
        self.mistakes = tuple(mistakes)
        said = ngettext(
            "{what} has {count:n} mistake:{mistakes}",
            "{what} has {count:n} mistakes:{mistakes}",
            len(self.mistakes),
            what=what,
            mistakes=listed(self.mistakes),
        )
        super().__init__(said, hint="")


class RuleSetError(_ListedMistakesError):
    """A rule set has mistakes."""

    code = "rule-set"


class ScenarioError(_ListedMistakesError):
    """A scenario has mistakes."""

    code = "scenario"


class IllegalTransitionError(DataError):
    """A step that the life cycle of the list does not allow."""

    code = "illegal-transition"


class StoreError(GeoRelocationError):
    """The workspace itself cannot be used."""

    code = "store"


class NotAWorkspaceError(StoreError):
    """The file or database is there but is not a workspace."""

    code = "not-a-workspace"
    hint = _("Make one with: geo-relocation -w FILE.gpkg init")


class NewerSchemaError(StoreError):
    """The workspace was written by a newer version of this program."""

    code = "newer-schema"
    hint = _("Update geo-relocation; this version will not touch the workspace.")


class OlderSchemaError(StoreError):
    """The workspace has the layout of an earlier version of this program."""

    code = "older-schema"
    hint = _("Migrate it with: geo-relocation -w WORKSPACE migrate")


class UnreachableError(StoreError):
    """The database does not answer."""

    code = "unreachable"
    hint = _(
        "Check host, port, user and database in the workspace address, and that PostgreSQL runs."
    )


class CommitInDoubtError(StoreError):
    """The connection was lost in the middle of storing, and the server cannot be asked."""

    code = "in-doubt"
    hint = _(
        "Before you repeat the command, look whether its result is there: "
        "geo-relocation runs, or geo-relocation list history SITE."
    )


class DamagedWorkspaceError(StoreError):
    """The workspace holds something that the data dictionary does not allow."""

    code = "damaged"
    hint = _("Another program wrote it: correct it there, or restore a backup.")


class ForeignObjectError(StoreError):
    """A workspace file has objects that stand in for this program's own."""

    code = "foreign-object"
    hint = _("Restore a backup, or ask whoever gave you the file for one that was not changed.")


class WorkspaceBusyError(StoreError):
    """Another process holds the workspace."""

    code = "busy"
    hint = _(
        "Wait for the other command (or close the editing session in QGIS) and run this again; "
        "the setting wait_seconds says how long a command waits."
    )


class AppendOnlyError(StoreError):
    """An attempt to change or delete rows of a table that only grows."""

    code = "append-only"
    hint = _("Record a new row (an override, a correction) instead; what was decided stays.")


class OutputError(GeoRelocationError):
    """A file cannot be written; what was there before is unchanged."""

    code = "output"
    hint = _("Make room on the disk, or name a file elsewhere.")


class PlanError(GeoRelocationError):
    """The plan does not allow what was asked."""

    code = "plan"


class EmptyScopeError(PlanError):
    """A scenario that puts nobody in scope."""

    code = "empty-scope"


class InvalidPlanError(PlanError):
    """The independent verifier found violations."""

    code = "invalid-plan"

    def __init__(self, violations: Sequence[Text]) -> None:
        self.violations = tuple(violations)
        what = ngettext(
            "The plan breaks {count:n} rule:{violations}",
            "The plan breaks {count:n} rules:{violations}",
            len(self.violations),
            violations=listed(self.violations),
        )
        super().__init__(what, hint="")


class ConflictingLocksError(PlanError):
    """Locks that cannot all hold at once."""

    code = "conflicting-locks"


class ImpossibleRuleError(PlanError):
    """A rule sends a group of firms to parks that cannot take it."""

    code = "impossible-rule"


class UnforeseenError(GeoRelocationError):
    """Something went wrong that no part of the program had foreseen."""

    code = "unforeseen"


class CellLostError(UnforeseenError):
    """A filled cell of a source was neither stored nor told of: a fault of the program."""

    code = "cell-lost"


class CancelledError(GeoRelocationError):
    """The user stopped the work; what was not stored by then is not stored."""

    code = "cancelled"
    exit_code = 130
