"""The independent checker: whether a plan obeys every rule, and what it comes to.

It shares nothing with the solver but the case: rules, losses and measures are read from their meaning once more, and a
plan is simply let happen, tick by tick. A broken plan gives violations, never an error.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..models.answer import Evaluation
from ..models.case import Case
from ..models.consistency import statement_problems, waivable
from ..models.plan import Plan
from ..models.problems import CaseProblems
from ..models.rules import RULES, named, unknown
from ..models.statements import Measure, Statement
from .checking import comings, crew, goings, seats
from .checking.claims import Judge
from .checking.facts import Facts
from .checking.ledger import Ledger, by_source, keep
from .checking.log import Log
from .checking.lost import if_lost
from .checking.measures import measure, term
from .checking.replay import replay
from .checking.script import read

__all__ = ["MOST_NON_EVACUATION", "RULES", "evaluate"]

MOST_NON_EVACUATION = 0.05
"""Causes other than an evacuation are added as if they excluded each other: a person's sum above this is reported."""


def evaluate(
    case: Case,
    plan: Plan,
    *,
    waive: Collection[str] = (),
    statements: Sequence[Statement] = (),
    against: Plan | None = None,
    rules_off: Collection[str] = (),
) -> Evaluation:
    """Check and price any plan for a case.

    Parameters
    ----------
    case
        The case that the plan is for.
    plan
        The plan; what cannot be read in it, or cannot happen, is a violation and left out of the numbers. A hold that
        breaks a rule on seats is priced as held; one in a ship that is not docked as no seat.
    waive
        Ids of restrictions, staffing rules, precedences, blackouts and docked-life steps, and bounds such as
        `rubio.latest_return` or `progress-ms21.leave`, that do not count.
    statements
        Statements that have to hold beside the case's restrictions: those of an alternative, pins.
    against
        An earlier plan, for the measure `changes`. Without it what counts `changes` is left out, with a warning.
    rules_off
        Names of rules (or of whole families, such as `suits`) that are not checked. `RULES` lists them.

    Returns
    -------
    Evaluation
        Violations, measures (losses as probabilities, days as days), the levels of the case's objective (in micromorts
        where they hold a loss), and losses by person, source and tick. With equal plans it is equal.

    Raises
    ------
    CaseProblems
        For statements that name what is not in the case.
    """
    unreadable = statement_problems(case, statements) if statements else []
    if unreadable:
        raise CaseProblems(unreadable)
    facts = Facts(case, waive)
    log = Log(facts.clock, rules_off)
    script = read(facts, plan, log)
    story = replay(facts, script, log)
    comings.check(facts, script, story, log)
    goings.check(facts, story, log)
    seats.check(facts, script, story, log)
    crew.check(facts, story, log)
    ledger = keep(facts, story)
    tallies = measure(facts, story, ledger, statements, plan, against)
    judge = Judge(facts, story, ledger, tallies)
    judge.check(statements, log)
    losses = tuple(ledger.of(person) for person in facts.people)
    terms: dict[str, dict[Measure, float]] = {
        level.id: {name: term(level, name, tallies[name]) for name in level.weights}
        for level in case.objective
        if level.weights.keys() <= tallies.keys()
    }
    unscored = [
        f"The level {level.id} was not scored, since it counts changes: give an earlier plan to compare with."
        for level in case.objective
        if level.id not in terms
    ]
    return Evaluation(
        violations=log.violations(),
        measures={name: tally.plain for name, tally in tallies.items()},
        objective={level: float(sum(parts.values())) for level, parts in terms.items()},
        terms=terms,
        p_any_lost=ledger.p_any_lost,
        losses=losses,
        by_source=by_source(losses),
        by_tick=tuple(float(loss) for loss in ledger.by_tick),
        if_lost=if_lost(facts, script, story, ledger.exposure),
        warnings=(*_odd_questions(facts, plan, rules_off), *unscored, *judge.warnings, *_large_sums(facts, ledger)),
        rules_off=tuple(sorted(named(rules_off))),
    )


def _odd_questions(facts: Facts, plan: Plan, rules_off: Collection[str]) -> list[str]:
    """What was asked that the case knows nothing about."""
    found = []
    if plan.case is not None and plan.case != facts.case.id:
        found.append(f"The plan was made for the case {plan.case}, not for {facts.case.id}.")
    found += [f"There is no rule called {name} that could be switched off." for name in unknown(rules_off)]
    idle = sorted(facts.waived - waivable(facts.case).keys())
    found += [f"There is nothing called {name} in the case that could be waived." for name in idle]
    return found


def _large_sums(facts: Facts, ledger: Ledger) -> list[str]:
    """People for whom adding causes up is no longer nearly exact."""
    found = []
    for person in facts.case.people:
        other = ledger.of(person.id).non_evacuation
        if other > MOST_NON_EVACUATION:
            found.append(
                f"For {person.title} causes other than an evacuation add up to {other:.3g}. They are added as if they"
                f" excluded each other: above {MOST_NON_EVACUATION:g} take the sum as an upper bound."
            )
    return found
