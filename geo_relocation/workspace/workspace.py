"""The facade: one object with every verb, and how to open or make one."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from geo_relocation.geo.crs import parse_working_crs
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
from geo_relocation.workspace.imports import Imports
from geo_relocation.workspace.list import RelocationList
from geo_relocation.workspace.plans import Plans
from geo_relocation.workspace.publications import Publications
from geo_relocation.workspace.screening import Screening
from geo_relocation.workspace.searches import Searches
from geo_relocation.workspace.trials import Trials


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
    trials
        What if: why, alternatives, a hectare more, new parks.
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

    def __init__(self, store: Store, settings: Settings) -> None:
        desk = Desk(store, settings)
        super().__init__(desk)
        self.imports = Imports(desk)
        self.screening = Screening(desk)
        self.decisions = Decisions(desk)
        self.list = RelocationList(desk, self.decisions)
        self.plans = Plans(desk)
        self.approvals = Approvals(desk)
        self.searches = Searches(desk, self.plans, self.approvals)
        self.trials = Trials(desk, self.plans)
        self.publications = Publications(desk, self.plans.stored_plans, self.approvals)
        # Bound here, a short name has the signature and words of its verb and none of its own.
        self.import_layer = self.imports.import_layer
        self.undo_import = self.imports.undo_import
        self.load_sample = self.imports.load_sample
        self.screen = self.screening.screen
        self.compare_screenings = self.screening.compare_screenings
        self.assess = self.decisions.assess
        self.override = self.decisions.override
        self.explain = self.decisions.explain
        self.move = self.list.move
        self.scenario = self.plans.scenario
        self.match = self.searches.match
        self.resume = self.searches.resume
        self.approve = self.approvals.approve
        self.withdraw = self.approvals.withdraw
        self.latest_plan = self.plans.stored_plans.latest_plan
        self.plan_assignments = self.plans.stored_plans.plan_assignments
        self.content = self.publications.content
        self.map = self.publications.map
        self.export_qgis = self.publications.export_qgis
        self.export_xlsx = self.publications.export_xlsx
        self.export_docx = self.publications.export_docx
        self.export_geoparquet = self.publications.export_geoparquet

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
