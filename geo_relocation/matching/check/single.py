"""Rules about one firm and one park, and about who is to be placed at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geo_relocation.matching.check.layers import Facts, Row, known, middle
from geo_relocation.matching.check.violation import Violation
from geo_relocation.model import split_codes
from geo_relocation.model.enums import Route, Verdict
from geo_relocation.model.sectors import division
from geo_relocation.standing.list import COMMITTED, FINISHED

_LEVELS = {"none": 0, "III": 1, "II": 2, "I": 3}


@dataclass(frozen=True)
class Move:
    """One row of the plan with what it refers to."""

    site: Row
    park: Row
    phase: int

    @property
    def ids(self) -> tuple[str, str, int]:
        """Site, park and year."""
        return str(self.site["site_id"]), str(self.park["park_id"]), self.phase

    def breaks(self, rule: str, message: str) -> Violation:
        """A violation that concerns this row."""
        return Violation(rule, message, *self.ids)


def scope_rules(facts: Facts, move: Move) -> Iterator[Violation]:
    """The firm is one that was to be placed."""
    site = move.ids[0]
    state = facts.states.get(site)
    if state in FINISHED:
        yield move.breaks("finished", f"Cơ sở {site} đã xong hoặc đã ra khỏi danh sách ({state}).")
        return
    if state in COMMITTED and site in facts.approved:
        yield from _committed(facts, move)
        return  # it keeps its place whatever is asked
    finding, decision = facts.findings.get(site, {}), facts.decisions.get(site, {})
    routes, verdicts = _asked(facts)
    if routes and decision.get("route") not in routes:
        words = f"Cơ sở {site} có hướng xử lý hiện hành {decision.get('route')}, ngoài phạm vi."
        yield move.breaks("out-of-scope", words)
    if verdicts and facts.layers.findings is not None and finding.get("verdict") not in verdicts:
        words = f"Cơ sở {site} có kết quả rà soát {finding.get('verdict')}, ngoài phạm vi."
        yield move.breaks("out-of-scope", words)
    who = facts.spec.who
    if who.cities:
        cities = {facts.districts.code(city) or city for city in who.cities}
        if not cities & {facts.cities.get(site), move.site["old_district"]}:
            yield move.breaks("out-of-scope", f"Cơ sở {site} không thuộc địa bàn được xét.")
    for name, wanted in who.where.items():
        values: list[Any] = wanted if isinstance(wanted, list) else [wanted]
        if not known(move.site[name]) or move.site[name] not in values:
            yield move.breaks("out-of-scope", f"Cơ sở {site}: {name} ngoài phạm vi.")


def _asked(facts: Facts) -> tuple[set[str], set[str]]:
    """Routes and verdicts that put a site in scope; where neither is named, what holds tells."""
    who, decisions = facts.spec.who, facts.layers.decisions
    if who.routes or who.verdicts:
        return {str(one) for one in who.routes}, {str(one) for one in who.verdicts}
    if decisions is not None and decisions["site_id"].isin(facts.layers.sites["site_id"]).any():
        return {str(Route.RELOCATE)}, set()
    return set(), {str(Verdict.CONFLICT)}


def _committed(facts: Facts, move: Move) -> Iterator[Violation]:
    """A firm that has signed or is moving keeps its park, unless a lock says otherwise."""
    site, park, _ = move.ids
    before = facts.approved[site]["park_id"]
    if park != before and all(lock.site != site or lock.park != park for lock in facts.spec.locks):
        words = f"Cơ sở {site} đã ký hợp đồng hoặc đang dời vào {before}, phương án ghi {park}."
        yield move.breaks("committed", words)


def park_rules(facts: Facts, move: Move) -> Iterator[Violation]:
    """The park receives in that year."""
    _, park, year = move.ids
    where = facts.spec.where
    if park in where.exclude_parks or (where.parks and park not in where.parks):
        yield move.breaks("park-excluded", f"Khu {park} không tham gia kịch bản.")
    receives = move.park["receives"]
    if (known(receives) and not receives) or move.park["status"] in {"converting", "removed"}:
        yield move.breaks("not-receiving", f"Khu {park} không tiếp nhận.")
    elif not known(receives) and facts.in_south(move.park):
        yield move.breaks("south", f"Khu {park} ở phía nam.")
    if facts.free_land(move.park) is None and all(step.park != park for step in where.land):
        yield move.breaks("no-land-data", f"Khu {park} chưa có số liệu đất trống.")
    gate = (move.park["gate_lon"], move.park["gate_lat"])
    if middle(move.park["geometry"]) is None and not all(map(known, gate)):
        yield move.breaks("no-place", f"Khu {park} chưa có vị trí.")
    opens = _opening(facts, move.park)
    if year < opens:
        words = f"Cơ sở {move.ids[0]} vào khu {park} năm {year}, khu mở năm {opens}."
        yield move.breaks("not-open", words)


def _opening(facts: Facts, park: Row) -> int:
    """First year in which a park can be used."""
    phases = facts.spec.phases
    if (chosen := facts.spec.where.opens.get(str(park["park_id"]))) is not None:
        return chosen
    if known(park["opens"]):
        return int(park["opens"])
    if park["status"] == "operating":
        return phases[0]
    rule = facts.spec.where.unknown_opening
    return {"first": phases[0], "last": phases[-1], "never": phases[-1] + 1}[rule]


def firm_rules(facts: Facts, move: Move) -> Iterator[Violation]:
    """The firm may go there, and in that year."""
    site, park, year = move.ids
    for one in facts.spec.exclusions:
        if one.site == site and one.park in {None, park}:
            rule = "site-excluded" if one.park is None else "excluded"
            yield move.breaks(rule, f"Cơ sở {site} bị loại khỏi {one.park or 'phương án'}.")
    yield from _sector_and_level(move)
    finding = facts.findings.get(site, {})
    certain = known(finding.get("in_park")) and bool(finding["in_park"])
    if certain and finding["park_id"] == park:
        yield move.breaks("own-park", f"Cơ sở {site} đang nằm trong chính khu {park}.")
    first, last = _years(facts, move.site)
    if not first <= year <= last:
        words = f"Cơ sở {site} chỉ được dời trong {first}–{last}, phương án ghi {year}."
        yield move.breaks("out-of-years", words)
    if middle(move.site["geometry"]) is None:
        yield move.breaks("no-location", f"Cơ sở {site} chưa có vị trí.")
    if facts.need(move.site) is None:
        yield move.breaks("no-land", f"Cơ sở {site} chưa có diện tích đất.")


def _sector_and_level(move: Move) -> Iterator[Violation]:
    """The park takes the firm's sector and pollution level."""
    site, park, _ = move.ids
    sector = division(move.site["vsic"])
    accepted = split_codes(move.park["accepted_sectors"])
    if accepted and sector is None:
        words = f"Chưa rõ ngành của cơ sở {site}, khu {park} chỉ nhận một số ngành."
        yield move.breaks("sector-unknown", words)
    elif (accepted and sector not in accepted) or (
        sector is not None and sector in split_codes(move.park["refused_sectors"])
    ):
        yield move.breaks("sector", f"Khu {park} không nhận ngành {sector} của cơ sở {site}.")
    level = _LEVELS.get(str(move.site["env_level"]), 0)
    if level > _LEVELS.get(str(move.park["env_level_max"]), 3):
        words = f"Cơ sở {site} ô nhiễm mức {move.site['env_level']}, vượt mức khu {park} nhận."
        yield move.breaks("env-level", words)


def _years(facts: Facts, site: Row) -> tuple[int, int]:
    """First and last year in which a firm may move: its own, its batch's and its deadline's."""
    phases, limits = facts.spec.phases, facts.spec.limits
    first = int(site["earliest_phase"]) if known(site["earliest_phase"]) else phases[0]
    last = int(site["latest_phase"]) if known(site["latest_phase"]) else phases[-1]
    decision = facts.decisions.get(site["site_id"], {})
    batch, deadline = decision.get("batch"), decision.get("deadline")
    if known(batch):
        first = max(first, limits.batches.get(str(batch), first))
    if limits.deadlines and known(deadline):
        last = min(last, deadline.year)  # type: ignore[union-attr]
    return first, last
