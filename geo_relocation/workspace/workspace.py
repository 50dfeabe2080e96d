"""The facade: one object with every verb, and how to open or make one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Generic, Self, TypeVar, overload

from geo_relocation.geo.crs import parse_working_crs
from geo_relocation.lazy import Deferred
from geo_relocation.model.scheme import Scheme, default_scheme
from geo_relocation.settings import Settings, load_settings
from geo_relocation.store import (
    Migration,
    Store,
    Tell,
    create_store,
    migrate_store,
    open_store,
    to_nobody,
)
from geo_relocation.workspace.approvals import Approvals
from geo_relocation.workspace.base import Desk, WorkspaceBase
from geo_relocation.workspace.decisions import Decisions
from geo_relocation.workspace.list import RelocationList

# These parts bring in the stages that they run: a look at the list waits for none of them.
if TYPE_CHECKING:
    from geo_relocation.workspace import comparisons as comparing
    from geo_relocation.workspace import imports as importing
    from geo_relocation.workspace import plans as planning
    from geo_relocation.workspace import publications as publishing
    from geo_relocation.workspace import screening as screens
    from geo_relocation.workspace import searches as searching
    from geo_relocation.workspace import support as supporting
    from geo_relocation.workspace import trials as trying
else:
    comparing = Deferred("geo_relocation.workspace.comparisons")
    importing = Deferred("geo_relocation.workspace.imports")
    planning = Deferred("geo_relocation.workspace.plans")
    publishing = Deferred("geo_relocation.workspace.publications")
    screens = Deferred("geo_relocation.workspace.screening")
    searching = Deferred("geo_relocation.workspace.searches")
    supporting = Deferred("geo_relocation.workspace.support")
    trying = Deferred("geo_relocation.workspace.trials")

Verb = TypeVar("Verb")


class ShortName(Generic[Verb]):
    """A verb of a part under a name of the workspace, with the signature and words of the verb.

    Parameters
    ----------
    verb
        Workspace → the verb; the part is made when the name is first used.
    """

    def __init__(self, verb: Callable[[Workspace], Verb]) -> None:
        self._verb = verb

    @overload
    def __get__(self, workspace: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, workspace: Workspace, owner: type | None = None) -> Verb: ...

    def __get__(self, workspace: Workspace | None, owner: type | None = None) -> Self | Verb:
        """The verb, bound to its part."""
        return self if workspace is None else self._verb(workspace)


class Workspace(WorkspaceBase):
    """Layers, runs and plans of one scheme, and the parts with the verbs that work on them.

    Use `geo_relocation.open` or `geo_relocation.create` to get one; it is a context manager.
    What is done every day has a short name on the workspace itself, the same verb as on its part.

    Parameters
    ----------
    store
        Where the layers live.
    settings
        Author, language and threads.

    Attributes
    ----------
    imports
        Files into layers, taken back, checked: `import_layer`, `undo_import`, `load_sample`;
        `imports.log` has issues and changes, `imports.units` the units before and since the
        reform.
    screening
        Sites against zones: `screen`, `compare_screenings`.
    decisions
        Routes by rules and by people: `assess`, `override`, `explain`.
    list
        The relocation list as a history: `move`.
    plans
        Who goes where and when: `scenario`; `plans.stored_plans` has those that were made
        (`latest_plan`, `plan_assignments`).
    searches
        Finding a plan: `match`, `resume`.
    approvals
        Which plan is approved: `approve`, `withdraw`.
    runs
        The record of everything that was asked for: `lives`, `cancel`.
    comparisons
        Plans side by side: `compare`.
    trials
        What if: why, alternatives, a hectare more, new parks.
    support
        What firms get under dated policies, in đồng: `estimate`.
    publications
        What people look at: `content`, `map`, `export_qgis`, `export_xlsx`, `export_docx`,
        `export_geoparquet`.

    Examples
    --------
    >>> import geo_relocation
    >>> with geo_relocation.open("binhduong.gpkg") as ws:  # doctest: +SKIP
    ...     ws.import_layer("zones", "quyhoach.gpkg")
    ...     ws.screen().summary()
    """

    decisions: Decisions
    list: RelocationList
    approvals: Approvals

    import_layer = ShortName(lambda one: one.imports.import_layer)
    undo_import = ShortName(lambda one: one.imports.undo_import)
    load_sample = ShortName(lambda one: one.imports.load_sample)
    screen = ShortName(lambda one: one.screening.screen)
    compare_screenings = ShortName(lambda one: one.screening.compare_screenings)
    assess = ShortName(lambda one: one.decisions.assess)
    override = ShortName(lambda one: one.decisions.override)
    explain = ShortName(lambda one: one.decisions.explain)
    move = ShortName(lambda one: one.list.move)
    scenario = ShortName(lambda one: one.plans.scenario)
    match = ShortName(lambda one: one.searches.match)
    resume = ShortName(lambda one: one.searches.resume)
    approve = ShortName(lambda one: one.approvals.approve)
    withdraw = ShortName(lambda one: one.approvals.withdraw)
    latest_plan = ShortName(lambda one: one.plans.stored_plans.latest_plan)
    plan_assignments = ShortName(lambda one: one.plans.stored_plans.plan_assignments)
    content = ShortName(lambda one: one.publications.content)
    map = ShortName(lambda one: one.publications.map)
    export_qgis = ShortName(lambda one: one.publications.export_qgis)
    export_xlsx = ShortName(lambda one: one.publications.export_xlsx)
    export_docx = ShortName(lambda one: one.publications.export_docx)
    export_geoparquet = ShortName(lambda one: one.publications.export_geoparquet)

    def __init__(self, store: Store, settings: Settings) -> None:
        desk = Desk(store, settings)
        super().__init__(desk)
        self.decisions = Decisions(desk)
        self.list = RelocationList(desk, self.decisions)
        self.approvals = Approvals(desk)

    @cached_property
    def imports(self) -> importing.Imports:
        """Files into layers."""
        return importing.Imports(self.desk)

    @cached_property
    def screening(self) -> screens.Screening:
        """Sites against zones."""
        return screens.Screening(self.desk)

    @cached_property
    def plans(self) -> planning.Plans:
        """Who goes where and when."""
        return planning.Plans(self.desk)

    @cached_property
    def searches(self) -> searching.Searches:
        """Finding a plan."""
        return searching.Searches(self.desk, self.plans, self.approvals)

    @cached_property
    def comparisons(self) -> comparing.Comparisons:
        """Plans side by side."""
        return comparing.Comparisons(self.desk, self.plans)

    @cached_property
    def trials(self) -> trying.Trials:
        """What if."""
        return trying.Trials(self.desk, self.plans)

    @cached_property
    def support(self) -> supporting.Support:
        """What firms get."""
        return supporting.Support(self.desk)

    @cached_property
    def publications(self) -> publishing.Publications:
        """What people look at."""
        return publishing.Publications(self.desk, self.plans.stored_plans, self.approvals)

    def __enter__(self) -> Self:
        """Enter the context; the store is already open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()


def open_workspace(
    url: str | None = None, *, settings: Settings | None = None, tell: Tell = to_nobody
) -> Workspace:
    """Open a workspace.

    Parameters
    ----------
    url
        Path of a GeoPackage, or ``postgresql://user@host/database``; the setting `workspace`
        when left out.
    settings
        In place of those of the environment and ``georelocation.toml``.
    tell
        Takes a line when other processes are waited for, up to the setting `wait_seconds`.

    Raises
    ------
    FileMissingError, NotAWorkspaceError, NewerSchemaError, OlderSchemaError, UnreachableError
        If it cannot be opened.
    """
    settings = settings or load_settings()
    store = open_store(url or settings.workspace, busy_timeout=settings.wait_seconds, tell=tell)
    store.actor = settings.author
    return Workspace(store, settings)


def migrate_workspace(
    url: str | None = None, *, settings: Settings | None = None, tell: Tell = to_nobody
) -> Migration:
    """Bring a workspace of an older layout to that of this program.

    A file is copied first, beside itself; a migration that is cut off leaves the workspace as
    it was.

    Parameters
    ----------
    url, settings, tell
        As for `open_workspace`.

    Raises
    ------
    UsageError
        If the workspace has the layout of this program already.
    """
    settings = settings or load_settings()
    return migrate_store(
        url or settings.workspace,
        busy_timeout=settings.wait_seconds,
        tell=tell,
        actor=settings.author,
    )


def create_workspace(
    url: str | None = None,
    *,
    crs: object = None,
    scheme: Scheme | None = None,
    settings: Settings | None = None,
) -> Workspace:
    """Make a new, empty workspace.

    Parameters
    ----------
    url
        As for `open_workspace`; a file that exists is refused.
    crs
        Working CRS, projected; the setting `crs` (EPSG:9210) when left out.
    scheme
        The relocation scheme; Đề án 3210 when left out.
    settings
        In place of those of the environment and ``georelocation.toml``.

    Raises
    ------
    UsageError
        If the CRS is not projected, or the file exists.
    """
    settings = settings or load_settings()
    store = create_store(
        url or settings.workspace,
        crs=parse_working_crs(crs or settings.crs),
        scheme=(scheme or default_scheme()).model_dump(mode="json"),
        busy_timeout=settings.wait_seconds,
    )
    store.actor = settings.author
    return Workspace(store, settings)
