"""Every rule of the domain by name, with what obeys it: the one list that violations, conflicts and switches use.

Conflicts name a whole family where what could be given up holds several of its rules, and so do rows of the model.
Reading the list is reading what a plan has to obey. The solver builds these rules and the checker judges by them, each
from its own reading.
"""

from __future__ import annotations

from collections.abc import Collection

from .case import Case
from .checks.ids import waivable
from .problems import CrewreturnError, Path, did_you_mean
from .statements import Claim

CLAIMS: tuple[str, ...] = tuple(field.alias or name for name, field in Claim.model_fields.items())
"""What a statement can be about."""

RULES: dict[str, str] = {
    "plan.unknown": "Everything that a plan names exists in the case.",
    "plan.instant": "Every instant of a plan lies on a tick, inside the horizon.",
    "plan.twice": "Nothing is done twice: a ship comes once and leaves once, a group is rigged once.",
    "plan.not-docked": "A ship that leaves, moves, is rigged or seats people is docked.",
    "plan.empty-hold": "A hold ends after it begins.",
    "plan.overlap": "A person holds at most one seat at a time.",
    "plan.not-aboard": "Only people aboard hold seats.",
    "ports.one-ship": "One ship stands at a port at a time, also while ships move.",
    "ports.interface": "A ship comes only to a port of its own interface.",
    "ports.closed": "No ship stands at a closed port.",
    "ports.automatic-docking": "A ship with nobody in it comes only where ship and port can dock automatically.",
    "traffic.one-event": "A ship arrives, moves or leaves at most once in a tick.",
    "traffic.spacing": "Between any two arrivals, departures or relocations lies at least the spacing.",
    "traffic.blackout": "No launch, arrival, departure or relocation happens in a blackout that forbids it.",
    "traffic.leave": "A ship leaves inside its bounds, and has to if they end before the horizon does.",
    "traffic.precedence": "Events that depend on each other keep their order and distance.",
    "launch.option": "A ship on the ground is launched in one of its options; one in flight at the start arrives.",
    "launch.opportunity": "Launch and arrival are one of the opportunities given.",
    "launch.port": "A ship comes only to the ports given for it.",
    "launch.people-on-ground": "An option is open only while all its people are on the ground.",
    "launch.must": "A ship that has to be launched is.",
    "launch.in-flight": "A ship in flight at the start arrives before the end.",
    "launch.handover": "Who did not come in a ship holds seats in it only after its hand-over.",
    "departure.nominal-health": "A ship takes home only as many people as its health allows for a nominal return.",
    "departure.landing-window": "A ship with people in it lands only inside its landing windows.",
    "departure.uncrewed": "A ship leaves without people only where its type and health allow that.",
    "relocation.type": "A ship moves, with people or without, only if its type may.",
    "relocation.health": "A ship moves with at most as many people as its health allows.",
    "relocation.automatic-docking": "A ship moves without people only to where it can dock automatically.",
    "relocation.port": "A ship moves to another port of its own interface.",
    "seats.exists": "A seat is held only from the date on which its group exists.",
    "seats.rigged": "A seat that needs rigging is held only while it is rigged.",
    "seats.rigging": "Only a group that needs it is rigged, and neither before its date nor before it exists.",
    "seats.capacity": "No more people hold seats of a group than it has.",
    "crewing.qualified": "If anyone holds seats in a ship, enough of them are qualified for it.",
    "crewing.controls": "If a ship has controls, a qualified person sits at them.",
    "body.limits": "A person fits the seat, grown as people are in flight.",
    "suits.hook-up": "Nobody holds a seat without a suit served by a hook-up where that is forbidden in an emergency.",
    "suits.serves": "A suit serves only at a hook-up that takes its type, and only whom it fits.",
    "suits.aboard": "A suit serves only while it is aboard.",
    "suits.one-wearer": "A suit serves one wearer at a time.",
    "suits.nominal": "Nobody returns without a suit where that is forbidden.",
    "liners.in-ship": "A seat that needs a liner is held only while its holder's liner is in that ship.",
    "liners.capacity": "A ship holds at most as many liners of a kind as it has seats for them.",
    "liners.movable": "Only liners of a kind that can be moved are moved.",
    "liners.place": "A liner is moved from a place that is there to another that is there until the move has ended.",
    "liners.busy": "A liner makes one move at a time.",
    "liners.move-window": "No more liner moves begin in their span of time than are allowed.",
    "health.emergency": "No more people hold seats in a ship than its health allows for an emergency return.",
    "docked-life.holds": "Nobody holds a seat in a ship that is too long in space for that.",
    "docked-life.returns": "Nobody returns in a ship that is too long in space for that.",
    "staffing.at-least": "Enough people aboard match.",
    "staffing.at-most": "Not too many people aboard match.",
    "staffing.person-days": "Supplies for so many person-days are not overdrawn.",
    "stay.earliest-return": "Nobody returns before their earliest return.",
    "stay.latest-return": "Nobody is aboard from their latest return on.",
    **{f"restrictions.{about}": f"The case's restrictions on `{about}` are kept." for about in CLAIMS},
    **{f"statements.{about}": f"Statements made about `{about}`, beside the case, are kept." for about in CLAIMS},
}
"""Name and sentence of every rule."""

GIVEN_UP: frozenset[str] = frozenset(
    rule
    for rule in RULES
    if rule.partition(".")[0] in ("docked-life", "staffing", "stay", "restrictions", "statements")
    or rule in ("traffic.blackout", "traffic.leave", "traffic.precedence")
)
"""Rules that an alternative can waive, or that are asked beside the case: what a conflict is made of."""

WAIVED: tuple[tuple[str, str], ...] = (
    ("restrictions", "a restriction"),
    ("staffing", "a staffing rule"),
    ("precedences", "a precedence"),
    ("blackouts", "a blackout"),
    ("docked_life", "a docked-life step"),
)
"""Where in a case something stands that can be waived by its id, and what it is called."""


def named(rules: Collection[str]) -> frozenset[str]:
    """The rules meant by names of rules or of whole families, such as `suits`; names that there are not, left out."""
    return frozenset(rule for rule in RULES if rule in rules or rule.partition(".")[0] in rules)


def unknown(rules: Collection[str]) -> list[str]:
    """Names among these that are neither a rule nor a family."""
    return [name for name in rules if name not in RULES and name not in _families()]


def refuse_unknown(rules: Collection[str], case: Case | None = None) -> None:
    """See to it that every name is a rule or a family.

    Parameters
    ----------
    case
        Where given, a name that means something in it is told apart from one that means nothing.

    Raises
    ------
    CrewreturnError
        For the first that is neither.
    """
    for name in unknown(rules):
        if case is not None and (other := _of_case(name, case)) is not None:
            raise CrewreturnError(f"`{name}` is {other}.")
        families = sorted(_families())
        advice = did_you_mean(name, [*RULES, *families]) or f"Families of rules: {', '.join(families)}."
        raise CrewreturnError(f"there is no rule called `{name}`. {advice}")


def facts_families() -> tuple[str, ...]:
    """Families with rules that rest on facts of a case, such as seats and health: no conflict lists those."""
    resting = (rule.partition(".")[0] for rule in RULES if rule not in GIVEN_UP and not rule.startswith("plan."))
    return tuple(dict.fromkeys(resting))


def _families() -> set[str]:
    return {rule.partition(".")[0] for rule in RULES}


def _of_case(name: str, case: Case) -> str | None:
    """What a name is in a case, and how it can be lifted there; None if it is nothing that binds a plan."""
    path = waivable(case).get(name)
    if path is not None:
        return f"{_called(path)} of the case: `waive: [{name}]` in an alternative lifts it"
    if any(alternative.id == name for alternative in case.alternatives):
        return "a rescue alternative of the case: its statements hold only where it is asked for"
    return None


def _called(path: Path) -> str:
    """What stands at a place that can be waived."""
    return next((words for key, words in WAIVED if key in path), f"the bound `{path[-1]}`")
