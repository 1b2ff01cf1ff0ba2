"""What is said of a plan (an evaluation) and of a case (an answer, a comparison). Layers are never mixed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import Confidence, Id, Instant, Many, Model
from .plan import Plan
from .statements import Measure

Source = Literal[
    "emergency",
    "return",
    "unassured",
    "move",
    "relocation",
    "seat",
    "suit",
    "life",
    "hazard",
    "launch",
    "deferred",
    "stranded",
]
"""Where a loss comes from: emergency table, nominal table, no seat in an evacuation, rest of a liner move, ride of a
relocation, added loss of a seat group, being unsuited, docked life, aboard hazard, ascent, flying after the horizon,
no lawful way home at the end."""


class Violation(Model):
    """A rule that a plan breaks."""

    rule: str
    """Stable name, such as `suits.hook-up`."""
    entities: Many[str] = ()
    """Ids of what is involved, the most telling first."""
    from_: Instant | None = Field(default=None, alias="from")
    """First instant at which it is broken, if it has a date."""
    to: Instant | None = None
    """First instant at which it is no longer broken."""
    message: str
    """A sentence for people."""


class PersonLoss(Model):
    """The loss of one person, as probability."""

    person: Id
    total: float
    without_ascent: float
    """What `worst_person` compares."""
    non_evacuation: float
    """The part that is added as if its causes excluded each other."""
    by_source: dict[Source, float]


class LaunchLost(Model):
    """What if this ship never came and all else stayed as planned."""

    vehicle: Id
    people: Many[Id] = ()
    """Who would hold no seat."""
    from_: Instant | None = Field(default=None, alias="from")
    """From when."""
    added_loss: float = 0.0
    """Expected loss added by it."""


class Evaluation(Model):
    """The independent checker's verdict on a plan: every violation, measure and loss."""

    violations: Many[Violation]
    measures: dict[Measure, float]
    """Every measure; losses as probabilities, days as days, the rest as counts. `changes` only against another plan."""
    objective: dict[str, float]
    """Value of each level of the case's objective, in micromorts where it holds a loss; a level that counts `changes`
    only against another plan."""
    terms: dict[str, dict[Measure, float]] = Field(default_factory=dict)
    """What each measure adds to each level, in the level's unit (discounted where the level is an expectation)."""
    p_any_lost: float
    """Chance that at least one person is lost, people in one ship fully correlated."""
    losses: Many[PersonLoss]
    """Person by person, in the case's order."""
    by_source: dict[Source, float]
    by_tick: Many[float]
    """Expected loss tick by tick; the last entry is what falls due at the end."""
    if_lost: Many[LaunchLost] = ()
    """For each launch of the plan."""
    warnings: Many[str] = ()
    rules_off: Many[str] = ()
    """Rules that were switched off: a plan that breaks them has no violation for it."""

    @property
    def ok(self) -> bool:
        """Whether the plan breaks no rule."""
        return not self.violations

    @property
    def expected_loss(self) -> float:
        """Expected number of lives lost."""
        return self.measures["expected_loss"]


LevelStatus = Literal["optimal", "feasible", "infeasible", "unknown"]
Ended = Literal["finished", "time_limit", "cancelled", "error"]


class LevelResult(Model):
    """What is proven of one level of the objective."""

    id: Id
    status: LevelStatus
    value: float | None = None
    """Of the plan handed out, in the level's unit (micromorts where it holds a loss)."""
    bound: float | None = None
    """No plan is better than this."""
    unit: str = ""

    @property
    def gap(self) -> float | None:
        """Value minus bound, or None where one is missing."""
        return None if self.value is None or self.bound is None else self.value - self.bound


class Conflict(Model):
    """One of the rules that cannot all hold; without any one of them a plan may exist."""

    rule: str
    """Stable name, such as `stay.latest-return`; that of the family where one entry holds several of its rules."""
    entities: Many[str] = ()
    """What could be given up: the id to waive, of a statement the alternative that makes it; `asked` if the caller."""
    message: str
    """In words."""


class Answer(Model):
    """The answer to one question about one case."""

    format: Literal["crewreturn-answer/1"] = "crewreturn-answer/1"
    version: str
    """Version of crewreturn."""
    case: Id
    case_digest: str
    """SHA-256 of the case's canonical form."""
    alternative: Id | None = None
    """The rescue alternative solved, or None for the case free of them."""
    waived: Many[str] = ()
    rules_off: Many[str] = ()
    """Rules that were switched off: the plan may break them."""
    ended: Ended
    """What ended the run."""
    proven_on: Literal["tick", "coarse", "none"] = "none"
    """The grid on which the level results hold: `tick` is exact, `coarse` gives plans but no bounds."""
    levels: Many[LevelResult] = ()
    plan: Plan | None = None
    evaluation: Evaluation | None = None
    """The independent checker's verdict on the plan."""
    conflict: Many[Conflict] = ()
    """Where no plan exists: rules in conflict."""
    message: str | None = None
    """Anything else worth saying about how the run ended."""
    seconds: dict[str, float] = Field(default_factory=dict)
    """Wall time by phase."""

    @property
    def status(self) -> LevelStatus:
        """`optimal` if every level is proven, `feasible` with a plan, `infeasible` if proven so, else `unknown`."""
        if self.plan is None:
            return "infeasible" if any(level.status == "infeasible" for level in self.levels) else "unknown"
        proven = bool(self.levels) and all(level.status == "optimal" for level in self.levels)
        return "optimal" if proven else "feasible"

    @property
    def loss(self) -> float | None:
        """Expected number of lives lost, or None without a plan."""
        return self.evaluation.expected_loss if self.evaluation else None


class ComparisonRow(Model):
    """One line of a comparison."""

    id: str
    title: str
    kind: Literal["free", "alternative", "as-decided"]
    waived: Many[str] = ()
    answer: Answer | None = None
    """For a solved row."""
    evaluation: Evaluation | None = None
    """The checker's verdict on the plan of the row, if there is one."""
    plan: Plan | None = None


class Lean(Model):
    """A number that the lead of a comparison's recommendation leans on, both plans kept as they are."""

    path: str
    """Where it stands in the case, ids in place of indices."""
    value: float
    confidence: Confidence | None = None
    """None for a price, and where the case does not say."""
    moves: float
    """By how much the lead changes when the number is doubled, at the rate of halving it; in the first level's unit."""
    turns_at: float | None = None
    """The value at which the two are equal; None if there is none between a tenth and ten times the number, or as far
    in between as the case can have it."""


class Comparison(Model):
    """The rescue alternatives side by side, beside the free plan and what was really done."""

    format: Literal["crewreturn-comparison/1"] = "crewreturn-comparison/1"
    version: str
    case: Id
    case_digest: str
    rows: Many[ComparisonRow]
    """Best first; impossible ones last."""
    recommended: str | None = None
    """Id of the best alternative that waives nothing."""
    sentence: str
    """What to do, in one sentence."""
    reasons: Many[str] = ()
    rival: str | None = None
    """Id of the alternative next to the recommended one, whatever it waives."""
    leans: Many[Lean] | None = None
    """Prices, and numbers that are judgement or of unknown origin, that the lead over the rival depends on, the most
    decisive first; None where that was not tried, or not to the end."""
