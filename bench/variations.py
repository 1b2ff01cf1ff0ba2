"""Random variations of MS-22 before its rotation, beside the textbook: `python -m crewreturn.bench.variations`.

The package proves the first level of each, on every tick, if it can in time. Then the textbook model has its best
settings (CP-SAT, its whole LP) and so many times as long: with no proof by then, it is at least so many times slower.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count as numbers

import click

from ..models.canonical import dump_json
from ..models.case import Case
from ..report.tables import table
from ..solver.engine import Budget
from ..solver.facts import Facts
from ..solver.search import Search
from .family_fleet import brought
from .family_ms22 import remove
from .generate import generate
from .textbook import level_unit, solve_textbook

RELIEF = ("soyuz-ms24", "dragon-crew-7")
"""Ships of the rotation in September."""
AGREE = 0.05
"""Micromorts between two values that count as one: half a unit for each part charged, with room to spare."""


@dataclass(frozen=True)
class Outcome:
    """What came of one variation."""

    seed: int
    soft: bool
    columns: int | None
    """Of the model of every tick, if the proof was had there."""
    value: float
    """Of the best plan found."""
    root: float | None
    """The certified bound of the LP, where there is one."""
    seconds: float
    """Until the package's proof, or until it was stopped."""
    proven: bool
    textbook: float | None = None
    """Seconds until its proof, or until it was stopped; None if it was not asked, for want of a proof here."""
    both: bool = False
    """Whether the textbook had a proof too."""
    differs: bool = False

    @property
    def gap(self) -> float | None:
        """Between LP and best value, as a part of it."""
        return apart(self.value, self.root)

    @property
    def ratio(self) -> float | None:
        """How many times as long the textbook took, at least; None if it was not asked."""
        return None if self.textbook is None else self.textbook / self.seconds


def apart(value: float | None, bound: float | None) -> float | None:
    """How far a value is from its bound, as a part of it; None where one of them is not known."""
    return None if value is None or bound is None else (value - bound) / max(value, AGREE)


def variation(seed: int) -> Case:
    """MS-22 without the rotation of September, with much else changed; hard staffing, but for every third."""
    staffing = "soft" if seed % 3 == 0 else "hard"
    made = generate("ms22", seed, ships_dropped=seed // 3 % 3, people_dropped=seed % 2, staffing=staffing)
    data = json.loads(dump_json(made.case, defaults=False))
    relief = [ship for ship in data["vehicles"] if ship["id"] in RELIEF]
    remove(data, RELIEF, {person for ship in relief for option in ship["launch"] for person in brought(option)})
    for rule in data["staffing"]:
        rule["at_least"] = 1
    case = Case.model_validate_json(json.dumps(data))
    return case.model_copy(update={"objective": case.objective[:1]})


def held(seed: int, limit: float, times: float) -> Outcome | None:
    """One variation solved by the package and, if that proved it, by the textbook; None if no plan of it was found."""
    case = variation(seed)
    begun = time.monotonic()
    found = Search(Facts(case), case.objective, Budget.of(limit)).run()
    seconds, level = time.monotonic() - begun, found.levels[0]
    if level.value is None or found.model is None:
        return None
    worth = found.model.levels[0].value
    value = worth(level.value)
    proven = level.status == "optimal" and found.exact
    small = proven and found.root is None  # solved whole, without an LP of its own
    root = value if small else None if found.root is None else worth(found.root)
    columns = len(found.model.rows.lower) if proven else None
    outcome = Outcome(seed, case.staffing[0].soft, columns, value, root, seconds, proven)
    if not proven:
        return outcome
    begun = time.monotonic()
    other = solve_textbook(case, time_limit=times * seconds)
    best = other.bests[0] / level_unit(case.objective[0]) if other.bests else value
    cheapest = other.values[0] / level_unit(case.objective[0]) if other.values else math.inf
    differs = other.status == "infeasible" or abs(best - value) > AGREE or cheapest < value - AGREE
    return replace(outcome, textbook=time.monotonic() - begun, both=bool(other.bests), differs=differs)


def lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The table and what it comes to."""
    heads = ["seed", "staffing", "columns", "best, umort", "LP gap", "seconds", "textbook, s", "times"]
    rows = []
    for o in outcomes:
        over, least = "" if o.proven else "> ", "" if o.both else "> "
        size = "" if o.columns is None else f"{o.columns:,}"
        other = ["", ""] if o.ratio is None else [f"{least}{o.textbook:.1f}", f"{least}{o.ratio:.1f}"]
        rows.append(
            [
                str(o.seed), "soft" if o.soft else "hard", size, f"{o.value:,.1f}",
                "" if o.gap is None else f"{o.gap:.2%}",
                f"{over}{o.seconds:.1f}", *other,
            ]
        )  # fmt: skip
    yield table(heads, rows, width=100, right=[0, 2, 3, 4, 5, 6, 7])
    ratios = [o.ratio for o in outcomes if o.ratio is not None]
    yield f"{len(outcomes)} variations, {sum(o.proven for o in outcomes)} proven by the package."
    if ratios:
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        yield f"Of these the textbook proved {sum(o.both for o in outcomes)}; it took {mean:.1f} times as long or more"
        yield "(geometric mean)."
    gaps = [o.gap for o in outcomes if o.gap is not None]
    if gaps:
        yield f"Largest gap between LP and best plan: {max(gaps):.2%}."


@click.command()
@click.option("--count", default=21, type=click.IntRange(1), show_default=True, help="How many that have a plan.")
@click.option("--first", default=1, show_default=True, help="Seed of the first.")
@click.option(
    "--limit",
    default=120.0,
    show_default=True,
    help="Seconds for the package; what it has not proven then, the textbook is not asked.",
)
@click.option("--times", default=5.0, show_default=True, help="So many times as long for the textbook.")
def main(count: int, first: int, limit: float, times: float) -> None:
    """Hold the package against the textbook model on random variations of MS-22."""
    outcomes: list[Outcome] = []
    for seed in numbers(first):
        if len(outcomes) == count:
            break
        outcome = held(seed, limit, times)
        if outcome is None:
            click.echo(f"seed {seed}: no plan", err=True)
            continue
        outcomes.append(outcome)
        what = "not proven" if outcome.textbook is None else f"textbook {outcome.textbook:.1f} s"
        click.echo(f"seed {seed}: {outcome.seconds:.1f} s, {what}", err=True)
    click.echo("\n".join(lines(outcomes)))
    sys.exit(any(outcome.differs for outcome in outcomes))


if __name__ == "__main__":
    main()
