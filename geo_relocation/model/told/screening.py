"""What screening says of a site: the values and margins that decided, as clauses."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Message, _

SAID: Mapping[str, Message] = {
    "share": _(
        "{share:n}% of the land lies in housing land (threshold {threshold:n}%, margin "
        "{margin:+n} points)"
    ),
    "doubtful": _("{share:n}% of the land lies in zones of unknown use"),
    "disagree": _("the zones that overlap give from {low:n}% to {high:n}%"),
    "accuracy": _("accuracy of the place {accuracy:n} m"),
    "near": _("{distance:n} m from existing houses or housing land"),
    "near-planned": _("{distance:n} m from planned housing land"),
    "near-sensitive": _("{distance:n} m from schools or health stations"),
    "required": _("{required:n} m required"),
    "vague": _(
        "accuracy of the place {accuracy:n} m: {share:n}% of the places where it may be are in "
        "conflict with housing land"
    ),
    "uncovered": _("the plan covers only {share:n}% of the land"),
    "no-distance": _("the distance table does not have this sector: distance was not judged"),
    "perhaps-in-park": _(
        "{share:n}% of the places where it may be are in an industrial park or cluster"
    ),
    "perhaps-in-park-alone": _(
        "accuracy of the place {accuracy:n} m: {share:n}% of the places where it may be are in an "
        "industrial park or cluster"
    ),
}
