"""What support is worked out from, of one moment of a workspace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from geo_relocation.errors import EmptyWorkspaceError, FileMissingError
from geo_relocation.lazy import Deferred, pd
from geo_relocation.messages import _
from geo_relocation.model.enums import ParkKind
from geo_relocation.model.money import Payer, SupportOutcome
from geo_relocation.plaintext import unicode_text
from geo_relocation.standing.units import city_codes
from geo_relocation.workspace.snapshot import Snapshot

_COLUMNS = ("site_id", "phase", "park_kind", "payer", "vnd", "unknown")

if TYPE_CHECKING:
    from geo_relocation import support
    from geo_relocation.support import Catalogue, Estimate, Firm, Parameters
else:
    support = Deferred("geo_relocation.support")


@dataclass(frozen=True)
class SupportBasis:
    """Policies and what somebody sets.

    Attributes
    ----------
    known
        The policies, and which of them are worked out.
    given
        Values of parameters, assumptions and payers.
    content
        The file that they were given in; empty for none.
    """

    known: Catalogue
    given: Parameters
    content: str

    @classmethod
    def read(
        cls,
        seen: Snapshot,
        content: str,
        *,
        policies: Sequence[str] = (),
        own: Iterable[str] = (),
    ) -> SupportBasis:
        """The policies that are asked for, with a file of parameters.

        Raises
        ------
        UnknownNameError
            If there is no such policy.
        RuleSetError
            If a file has mistakes.
        """
        known = support.catalogue(policies, texts=own)
        if not content:
            return cls(known, support.NONE_GIVEN, "")
        names = frozenset(known.policies)
        given = support.parse_parameters(
            content, known.parameters, policies=names, districts=seen.districts
        )
        return cls(known, given, content)

    def firms(
        self,
        seen: Snapshot,
        sites: pd.DataFrame,
        *,
        moves: pd.DataFrame | None = None,
        as_of: date | None = None,
    ) -> list[Firm]:
        """What support is worked out from, for some sites; see `support.gather_firms`."""
        findings = _findings(seen)
        return support.gather_firms(
            sites,
            as_of=as_of,
            cities=list(city_codes(sites, findings, seen.districts)),
            decisions=seen.decisions,
            findings=findings,
            plan=moves,
            parks=seen.read("parks"),
            assumed=self.given.assumed,
        )

    def table(
        self, seen: Snapshot, sites: pd.DataFrame, parks: pd.DataFrame, years: Sequence[int]
    ) -> pd.DataFrame:
        """What each site costs each payer in each year and kind of park: `budget.SUPPORT_COLUMNS`.

        Parameters
        ----------
        seen
            The workspace.
        sites, parks
            Of those layers.
        years
            Calendar years.
        """
        findings = _findings(seen)
        found = []
        for kind in sorted(set(parks["kind"].astype(object).where(parks["kind"].notna(), ""))):
            budget = support.support_budget(
                sites,
                years,
                self.known,
                self.given,
                cities=list(city_codes(sites, findings, seen.districts)),
                decisions=seen.decisions,
                findings=findings,
                park_kind=ParkKind.of(str(kind)) if kind else None,
            )
            for row, year, payer in zip(
                *((budget.dong != 0) | (budget.unknown > 0)).nonzero(), strict=True
            ):
                found.append(
                    (
                        budget.site_ids[row],
                        budget.years[year],
                        str(kind),
                        budget.payers[payer].value,
                        int(budget.dong[row, year, payer]),
                        int(budget.unknown[row, year, payer]),
                    )
                )
        return pd.DataFrame(found, columns=list(_COLUMNS))

    def paid(self, seen: Snapshot, plan: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
        """The same for the moves of one plan, from the estimate of each of its firms.

        Rows that name no site, park or year that there is count for nothing, and of rows of one
        site only the first does.
        """
        parks = seen.read("parks")
        kinds = dict(zip(parks["park_id"], parks["kind"], strict=True))
        there = plan["park_id"].isin(list(kinds)) & plan["phase"].isin(list(years))
        there &= plan["site_id"].isin(seen.read("sites")["site_id"])
        moves = plan[there].drop_duplicates("site_id")
        park = dict(zip(moves["site_id"], moves["park_id"], strict=True))
        rows: dict[tuple[str, int, str, str], list[int]] = {}
        for item in self.of_plan(seen, moves).items:
            kind = kinds[park[item.firm.site_id]]
            key = (
                item.firm.site_id,
                item.firm.year,
                "" if pd.isna(kind) else str(kind),
                item.payer.value,
            )
            sums = rows.setdefault(key, [0, 0])
            sums[0] += item.counted
            sums[1] += item.outcome is SupportOutcome.NOT_COMPUTED
        found = [(*key, *sums) for key, sums in rows.items() if key[3] != Payer.EMPLOYER]
        return pd.DataFrame(found, columns=list(_COLUMNS))

    def of_plan(self, seen: Snapshot, moves: pd.DataFrame) -> Estimate:
        """What the firms that a plan places get, each in the year of its move."""
        firms = self.firms(seen, seen.read("sites"), moves=moves)
        return support.estimate(firms, self.known, self.given)


def parameters_of(file: Path | None) -> str:
    """The content of the file of parameters that the settings name; empty where they name none.

    Raises
    ------
    FileMissingError
        If it cannot be read.
    """
    if file is None:
        return ""
    try:
        return unicode_text(file.read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        raise FileMissingError(
            _("The file of support parameters {file:q} cannot be read.", file=file),
            hint=_("The setting support_parameters (GEORELOC_SUPPORT_PARAMETERS) names it."),
        ) from error


def _findings(seen: Snapshot) -> pd.DataFrame | None:
    try:
        return seen.findings
    except EmptyWorkspaceError:
        return None
