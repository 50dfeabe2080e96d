"""What each field of a scenario means, for the comments of a file that a planner fills in."""

from __future__ import annotations

from dataclasses import dataclass

from geo_relocation.messages import Message, _


@dataclass(frozen=True)
class Meaning:
    """What is said of a field.

    Attributes
    ----------
    words
        What it decides, and what holds where it is left out.
    example
        A value as written in TOML, for fields whose default says nothing; empty: the default.
    """

    words: Message
    example: str = ""


MEANINGS: dict[str, Meaning] = {
    "id": Meaning(_("Short name for commands and files: letters without marks, digits, - and _.")),
    "title": Meaning(_("The question that the scenario asks, as people read it.")),
    "description": Meaning(_("What it is for.")),
    "extends": Meaning(
        _(
            "Scenario, file or plan that this one changes: what is not set is taken from it, and "
            "the plan says what each change does."
        ),
        '"default"',
    ),
    "phases": Meaning(
        _("Years in which firms can move; left out: the years of the scheme that remain."),
        "[2026, 2027, 2028]",
    ),
    "who": Meaning(
        _(
            "Who is to be placed. Left out altogether: firms whose decision in force is to "
            "relocate; before any decision those in conflict with the plan."
        )
    ),
    "who.verdicts": Meaning(
        _(
            "Verdicts of the screening, exactly these: conflict, clear, check. An empty list is "
            "a mistake."
        ),
        '["conflict"]',
    ),
    "who.routes": Meaning(
        _(
            "Routes of the decision in force, exactly these: relocate, convert, "
            "change-technology, stay, close, undecided."
        ),
        '["relocate"]',
    ),
    "who.cities": Meaning(
        _("Old district-level units, by name or code; left out: all."), '["Thuận An", "Dĩ An"]'
    ),
    "who.units": Meaning(
        _("Wards and communes since 1 July 2025, by name or code; left out: all."),
        '["Phường Thuận An"]',
    ),
    "who.sectors": Meaning(
        _("Sectors: words, or divisions and finer codes of VSIC; left out: all."),
        '["gỗ", "15", "2220"]',
    ),
    "who.land_m2": Meaning(
        _("Present land in m², both bounds included; left out: any."), "{ min = 1000 }"
    ),
    "who.workers": Meaning(
        _("Number of workers, both bounds included; left out: any."), "{ max = 500 }"
    ),
    "who.groups": Meaning(_("Groups of the decision in force; left out: all."), '["compulsory"]'),
    "who.batches": Meaning(_("Batches of the decision in force; left out: all."), '["1"]'),
    "who.states": Meaning(
        _("States by the history of the list; left out: all."), '["Đã phê duyệt"]'
    ),
    "who.sites": Meaning(_("Ids of firms; left out: all."), '["CS-0001", "CS-0002"]'),
    "who.in_parks": Meaning(
        _("Parks that the firms stand in now, by name or id; left out: any."),
        '["KCN Sóng Thần 1"]',
    ),
    "who.where": Meaning(
        _("Attributes of the sites and the values that they must have; left out: any."),
        '{ ownership = ["domestic", "household"] }',
    ),
    "who.compulsory_weight": Meaning(
        _("What leaving out a compulsory firm counts, where an encouraged one counts 1.")
    ),
    "where": Meaning(_("Where to: which parks receive, from when, with how much land.")),
    "where.parks": Meaning(
        _("Parks to consider, by name or id; left out: all that receive."),
        '["KCN Cây Trường", "KCN Bàu Bàng"]',
    ),
    "where.exclude_parks": Meaning(
        _("Parks that take no part, by name or id."), '["KCN Sóng Thần 1"]'
    ),
    "where.land": Meaning(
        _("Land that a park has in total, in hectares, from a year on, in place of the layer's."),
        '[{ park = "KCN Cây Trường", ha = 120, from_year = 2027, source = "…" }]',
    ),
    "where.opens": Meaning(
        _("First year in which firms can move into a park: earlier or later than the layer says."),
        '{ "KCN Cây Trường" = 2028 }',
    ),
    "where.assumed_free_share": Meaning(
        _(
            "Share of a park's area taken as free where no land is stated, an assumption that the "
            "plan notes; left out: such parks receive nobody."
        ),
        "0.2",
    ),
    "where.unknown_opening": Meaning(
        _(
            "From when a park can be used that does not operate and states no year: first, last "
            "(year of the scenario) or never."
        )
    ),
    "limits": Meaning(_("Limits beside the land.")),
    "limits.wastewater": Meaning(_("Whether the wastewater capacity of the parks binds.")),
    "limits.moves_per_year": Meaning(
        _("Most firms that may move in a year; left out: no limit."),
        "{ 2026 = 100 }",
    ),
    "limits.land_ha_per_year": Meaning(
        _("Most land that may be given in a year, in hectares; left out: no limit."),
        "{ 2026 = 40.0 }",
    ),
    "limits.carry_over": Meaning(_("Whether what a year leaves of its quota may be used later.")),
    "limits.budget": Meaning(
        _("What the support of a year may cost, of one payer or, without payer, of all together."),
        "[{ year = 2026, million_vnd = 50000 }]",
    ),
    "limits.budget_unknown": Meaning(
        _("A firm whose support cannot be worked out: nothing (costs nothing), or leave-out.")
    ),
    "limits.deadlines": Meaning(_("Whether the deadlines of the decisions bind.")),
    "limits.batches": Meaning(
        _("First year of each batch; left out: as decided; {}: no batch binds."),
        "{ 1 = 2026, 2 = 2027 }",
    ),
    "factors": Meaning(_("What stands in for what is not known, with its source.")),
    "factors.land_needed": Meaning(
        _("Land needed in the park per m² of today, where a firm states no need.")
    ),
    "factors.land_needed_source": Meaning(_("Where that comes from."), '"…"'),
    "factors.assumed_land_m2": Meaning(
        _("Land of a firm that states none, in m²; left out: it cannot be placed."), "2000"
    ),
    "factors.detour": Meaning(
        _("Kilometres by road per kilometre straight, without a road layer.")
    ),
    "factors.detour_source": Meaning(_("Where that comes from."), '"…"'),
    "factors.unreachable": Meaning(
        _("Where roads do not join firm and park: straight-line (× detour), or forbid.")
    ),
    "weights": Meaning(
        _("Prices, in kilometres of road: what one is worth against another. 0: does not count.")
    ),
    "weights.distance": Meaning(_("A kilometre from the old site to the park.")),
    "weights.homes": Meaning(_("A kilometre from the workers' homes (match --homes).")),
    "weights.wrong_specialisation": Meaning(_("A park that is specialised in other sectors.")),
    "weights.rent_per_usd_m2": Meaning(_("A dollar of rent per m².")),
    "weights.later_phase_per_year": Meaning(_("A year later than the first.")),
    "weights.refused_wish": Meaning(_("A park that the firm did not wish for.")),
    "weights.change": Meaning(_("Another park than in the plan that is re-planned.")),
    "weights.preferences": Meaning(_("Times the price_km of a rule that prefers.")),
    "lots": Meaning(_("Lots within the park, with match --lots alone.")),
    "lots.most_lots": Meaning(_("Most lots that a firm is given; they hang together.")),
    "lots.shared_border_m": Meaning(_("Border that neighbouring lots share at least, in m.")),
    "lots.gap_m": Meaning(_("Borders this near are one, in m.")),
    "lots.most_left_over": Meaning(
        _("Most land over, as a share of the need; left out: any."), "0.5"
    ),
    "lots.most_bundles": Meaning(_("Most sets of lots looked at in a park.")),
    "locks": Meaning(_("Decisions on single firms: which park, or from when till when.")),
    "locks.site": Meaning(_("The firm."), '"CS-0001"'),
    "locks.park": Meaning(_("The park, by name or id; left out: any."), '"KCN Bàu Bàng"'),
    "locks.phase": Meaning(_("The year; left out: any."), "2027"),
    "locks.earliest": Meaning(_("The first year; left out: any."), "2026"),
    "locks.latest": Meaning(_("The last year; left out: any."), "2028"),
    "exclusions": Meaning(_("What must not be: a firm in a park, or a firm at all.")),
    "exclusions.site": Meaning(_("The firm."), '"CS-0002"'),
    "exclusions.park": Meaning(_("The park; left out: the firm is not placed."), '"KCN Bàu Bàng"'),
    "rules": Meaning(_("Rules for groups of firms: where they must, should or must not go.")),
    "rules.kind": Meaning(
        _("must: there and nowhere else; prefer: elsewhere costs price_km more; never: not there."),
        '"prefer"',
    ),
    "rules.firms": Meaning(
        _("Which firms, by the same fields as [who]; left out: all in scope."),
        '{ sectors = ["gỗ"], cities = ["Thuận An"] }',
    ),
    "rules.parks": Meaning(
        _("Parks, by name or id, or kinds of parks: KCN, CCN, south, north."), '["CCN"]'
    ),
    "rules.price_km": Meaning(_("What prefer is worth, in kilometres of road."), "50"),
    "rules.source": Meaning(_("Who asks for it."), '"…"'),
    "effort": Meaning(_("How long to search.")),
    "effort.seed": Meaning(_("Seed: the same gives the same plan.")),
    "effort.seconds": Meaning(_("Limit of the search, in seconds.")),
    "effort.work": Meaning(
        _("Limit in million moves: the same plan on every machine; left out: none."), "20"
    ),
}
"""By the name of the field, after those of the parts that it stands in."""
