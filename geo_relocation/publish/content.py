"""What the publishing layer is given: frames of one workspace, one run and one plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from geo_relocation.errors import CrsMismatchError, SchemaError
from geo_relocation.messages import Language, Message, _, joined, ngettext
from geo_relocation.model import Attribute, schema
from geo_relocation.model.enums import RecordKind, Route, Verdict
from geo_relocation.model.told import recalled
from geo_relocation.model.told.frames import said_frame
from geo_relocation.text.printing import printable, printable_frame
from geo_relocation.words import say

SPATIAL = ("sites", "zones", "parks", "lots", "roads", "admin_units")
TABLES = (
    *("findings", "decisions", "scenario", "assignments", "indicators"),
    *("indicator_parts", "after_use"),
)

_LAYER_OF = {"scenario": "scenarios"}
_NO_COSTS = pd.Series(dtype="float64")
_NOT_REAL: Mapping[tuple[str, ...], Message] = {
    ("sample",): _("SAMPLE DATA: firms and figures are synthetic, not real enterprises."),
    ("schematic",): _(
        "SCHEMATIC: outlines illustrate only and must not be used to locate parcels."
    ),
    ("schematic", "sample"): _(
        "SAMPLE AND SCHEMATIC DATA: firms are synthetic, outlines illustrate only."
    ),
}
"""What is said of records that are not real, by their kinds in the order of `RecordKind`."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything that a map, a project, a workbook or a document shows.

    Every frame is conformed to the data dictionary, and every geometry is in `crs`.
    A layer given as None is taken as empty. Control characters in texts become signs here, for
    all publications at once.

    Attributes
    ----------
    title
        Title of the map, the project and the documents.
    crs
        Working CRS of the workspace: projected, in metres or feet.
    sites, zones, parks, lots, roads, admin_units
        The layers.
    language
        Language of everything written.
    findings
        The findings of one screening run: at most one row per site.
    decisions
        Any number of decisions; the newest of each site is shown.
    scenario
        The plan's row of `scenarios`; empty where there is no plan.
    assignments, indicators
        Those of the same plan.
    indicator_parts, after_use
        Those of the same plan, with names in place of the codes of parts, cities and units.
    cost_columns
        Columns that `assignments` has behind `cost_km`, one for each term of the cost, by the
        name of the term.
    parameters
        Parameters of the run, shown in the notes.
    notes
        Further lines for the reader. That data is synthetic or schematic need not be said
        here: it is read from `record_kind`.

    Raises
    ------
    SchemaError
        If a frame is not conformed, or `findings` holds more than one run.
    CrsMismatchError
        If a layer is in another CRS.
    """

    title: str
    crs: CRS
    sites: gpd.GeoDataFrame
    language: Language = "vi"
    zones: gpd.GeoDataFrame | None = None
    parks: gpd.GeoDataFrame | None = None
    lots: gpd.GeoDataFrame | None = None
    roads: gpd.GeoDataFrame | None = None
    admin_units: gpd.GeoDataFrame | None = None
    findings: pd.DataFrame | None = None
    decisions: pd.DataFrame | None = None
    scenario: pd.DataFrame | None = None
    assignments: pd.DataFrame | None = None
    indicators: pd.DataFrame | None = None
    indicator_parts: pd.DataFrame | None = None
    after_use: pd.DataFrame | None = None
    cost_columns: Mapping[str, Attribute] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check what was given; empty layers are made where None was given."""
        for name in (*SPATIAL, *TABLES):
            layer = _LAYER_OF.get(name, name)
            frame = getattr(self, name)
            costs = [a.name for a in self.cost_columns.values()] if name == "assignments" else []
            if frame is None:
                empty = schema(layer).empty(crs=self.crs)
                object.__setattr__(self, name, empty.assign(**dict.fromkeys(costs, _NO_COSTS)))
                continue
            missing = {*schema(layer).columns, *costs} - set(frame.columns)
            if missing:
                raise SchemaError(
                    _(
                        "{layer} lacks the column(s) {names}.",
                        layer=layer,
                        names=", ".join(sorted(missing)),
                    ),
                    hint=_("Conform it first: schema(layer).conform(frame)."),
                )
            if name in SPATIAL and len(frame) and (frame.crs is None or CRS(frame.crs) != self.crs):
                raise CrsMismatchError(
                    _("The layer {layer} is not in {crs}.", layer=layer, crs=self.crs.name)
                )
            object.__setattr__(self, name, printable_frame(said_frame(frame, self.language)))
        object.__setattr__(self, "title", printable(self.title))
        object.__setattr__(self, "notes", tuple(map(printable, self.notes)))
        for name in ("findings", "assignments"):
            if self.frame(name)["site_id"].duplicated().any():
                raise SchemaError(
                    _("{name} holds more than one row for a site.", name=name),
                    hint=_("Give the rows of one run and of one plan."),
                )

    def frame(self, name: str) -> pd.DataFrame:
        """The layer or table of that name, never None."""
        found: pd.DataFrame = getattr(self, name)
        return found

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """The spatial layer of that name, never None."""
        found: gpd.GeoDataFrame = getattr(self, name)
        return found

    @property
    def assignment_columns(self) -> tuple[Attribute, ...]:
        """The columns of `assignments` in order, those of the terms of the cost included."""
        found = list(schema("assignments").fields)
        place = [attribute.name for attribute in found].index("cost_km") + 1
        return (*found[:place], *self.cost_columns.values(), *found[place:])

    @property
    def has_plan(self) -> bool:
        """Whether there are assignments to show."""
        return len(self.frame("assignments")) > 0

    @property
    def plan(self) -> dict[str, object]:
        """The scenario row as a mapping without its missing values; empty without a plan."""
        scenario = self.frame("scenario")
        return present(scenario.iloc[0]) if len(scenario) else {}

    @property
    def plan_scope(self) -> str:
        """Who was in scope of the plan, in one sentence; empty where the plan does not say."""
        stored = json.loads(str(self.plan.get("specification", "{}")))
        scope, notes = stored.get("scope"), stored.get("notes")
        if not scope or not notes:
            return ""
        sentence = recalled(notes[0])
        if isinstance(sentence, str) and self.language != "vi":
            # An earlier version stored its sentence, in Vietnamese.
            sentence = _scope(scope)
        return say(sentence, self.language)

    @property
    def record_kinds(self) -> tuple[str, ...]:
        """Kinds of record other than real ones, among all layers."""
        found: set[str] = set()
        for name in SPATIAL:
            found |= set(self.frame(name)["record_kind"].dropna().unique())
        return tuple(k.value for k in RecordKind if k is not RecordKind.REAL and k.value in found)

    @property
    def data_note(self) -> str:
        """The sentence that says what is not real; empty where everything is."""
        return say(_NOT_REAL.get(self.record_kinds, ""), self.language)


def _scope(scope: Mapping[str, Any]) -> Message:
    """Who was in scope of a plan that stored no sentence but in Vietnamese."""
    sentences = [] if scope["decided"] else [_("Nothing has been decided on these sites.")]
    sentences.append(
        ngettext(
            "Scope: {count:n} site; {asked} verdict {verdicts}; years {first}–{last}.",
            "Scope: {count:n} sites; {asked} verdict {verdicts}; years {first}–{last}.",
            scope["firms"],
            asked=_("route in force {routes};", routes=[Route.of(one) for one in scope["routes"]])
            if scope["routes"]
            else "",
            verdicts=[Verdict.of(one) for one in scope["verdicts"]],
            first=scope["years"][0],
            last=scope["years"][-1],
        )
    )
    return joined(sentences)


def present(row: pd.Series) -> dict[str, object]:
    """A row as a mapping of its values that are not missing, geometry left out."""
    return {
        str(name): value for name, value in row.items() if name != "geometry" and pd.notna(value)
    }
