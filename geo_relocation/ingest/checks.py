"""Named checks of a workspace against itself: what contradicts what, and what to do about it.

Each check reads layers and answers with the records that fail it. Their names, texts and
severities stand in ``checks.csv``; the command, the documentation and the tests read them there.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import geopandas as gpd
import pandas as pd

from geo_relocation.errors import DataError, UnknownNameError
from geo_relocation.geo.crs import to_metres
from geo_relocation.ingest.check_rules import RULES
from geo_relocation.messages import Language, Text, _, joined, ngettext
from geo_relocation.model.enums import Severity

Frames = Mapping[str, pd.DataFrame]
Rule = Callable[[Frames], Iterator[tuple[str, Text]]]

_EXAMPLES = 10


@dataclass(frozen=True)
class Check:
    """One named check.

    Attributes
    ----------
    name
        A stable word.
    severity
        How bad a finding is.
    layers
        Layers it needs; it is skipped where one is empty.
    vi, en
        What it finds.
    remedy_vi, remedy_en
        What to do about it.
    """

    name: str
    severity: Severity
    layers: tuple[str, ...]
    vi: str
    en: str
    remedy_vi: str
    remedy_en: str

    def label(self, language: Language = "vi") -> str:
        """What it finds, where a message names it."""
        return self.text(language)

    def text(self, language: Language = "vi") -> str:
        """What it finds, for people."""
        return self.vi if language == "vi" else self.en

    def remedy(self, language: Language = "vi") -> str:
        """What to do, for people."""
        return self.remedy_vi if language == "vi" else self.remedy_en


@dataclass(frozen=True)
class CheckResult:
    """What a check found.

    Attributes
    ----------
    check
        The check.
    count
        Number of findings.
    examples
        The first of them, each a record and a detail.
    ran
        False where a layer that it needs is empty.
    """

    check: Check
    count: int
    examples: tuple[tuple[str, Text], ...]
    ran: bool = True


@cache
def checks() -> dict[str, Check]:
    """All checks by name, in the order in which they run."""
    text = resources.files("geo_relocation.ingest").joinpath("checks.csv").read_text("utf-8")
    severities = {severity.value: severity for severity in Severity}
    return {
        row["name"]: Check(
            name=row["name"],
            severity=severities[row["severity"]],
            layers=tuple(filter(None, row["layers"].split(";"))),
            vi=row["vi"],
            en=row["en"],
            remedy_vi=row["remedy_vi"],
            remedy_en=row["remedy_en"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def run_checks(
    frames: Frames, *, names: Collection[str] | None = None, strict: Collection[str] = ()
) -> list[CheckResult]:
    """Run checks over the layers of a workspace.

    Parameters
    ----------
    frames
        Layers by name, conformed; what is left out counts as empty.
    names
        Checks to run; all if left out.
    strict
        Checks that must find nothing; ``all`` stands for every one.

    Returns
    -------
    list of CheckResult
        In the order of ``checks.csv``.

    Raises
    ------
    UnknownNameError
        If a check that is named does not exist.
    DataError
        If a strict check finds something.
    """
    known = checks()
    for name in (*(names or ()), *strict):
        if name not in known and name != "all":
            raise UnknownNameError(_("check"), name, list(known))
    metric = {
        name: to_metres(frame) if isinstance(frame, gpd.GeoDataFrame) and len(frame) else frame
        for name, frame in frames.items()
    }
    wanted = [check for check in known.values() if names is None or check.name in names]
    results = [_run(check, metric) for check in wanted]
    failed = [
        result for result in results
        if result.count and ("all" in strict or result.check.name in strict)
    ]  # fmt: skip
    if failed:
        named = [
            _("{check}: {count:n} ({words})", check=r.check.name, count=r.count, words=r.check)
            for r in failed
        ]
        raise DataError(
            ngettext(
                "{count:n} strict check failed: {checks}.",
                "{count:n} strict checks failed: {checks}.",
                len(failed),
                checks=joined(named, between="; "),
            )
        )
    return results


def _run(check: Check, frames: Frames) -> CheckResult:
    if any(name not in frames or frames[name].empty for name in check.layers):
        return CheckResult(check, 0, (), ran=False)
    found = list(RULES[check.name](frames))
    return CheckResult(check, len(found), tuple(found[:_EXAMPLES]))
