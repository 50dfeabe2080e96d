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
from geo_relocation.plaintext import unicode_text
from geo_relocation.standing.units import city_codes
from geo_relocation.workspace.snapshot import Snapshot

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
