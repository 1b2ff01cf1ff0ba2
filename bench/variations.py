"""Random variations of MS-22 before its rotation, beside the textbook: `python -m crewreturn.bench.variations`.

Each variation is proven by the package in the first level, on every tick. Then the textbook model has its best settings
(CP-SAT, its whole LP) and so many times as long: where it has no proof by then, it is at least so many times slower.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
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
    columns: int
    value: float
    root: float
    """The certified bound of the LP."""
    seconds: float
    textbook: float
    """Seconds until its proof, or until it was stopped."""
    proven: bool
    """Whether it had one."""
    differs: bool

    @property
    def gap(self) -> float:
        """Between LP and best value, as a part of it."""
        return (self.value - self.root) / max(self.value, AGREE)

    @property
    def ratio(self) -> float:
        """How many times as long the textbook took, at least."""
        return self.textbook / self.seconds


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


def held(seed: int, limit: float, times: float) -> Outcome | str:
    """One variation solved by both, or why not."""
    case = variation(seed)
    begun = time.monotonic()
    found = Search(Facts(case), case.objective, Budget.of(limit)).run()
    seconds, level = time.monotonic() - begun, found.levels[0]
    if level.status != "optimal" or not found.exact or level.value is None or found.model is None:
        return f"not proven in {limit:.0f} s" if level.value is not None else f"no plan ({level.status})"
    value = found.model.levels[0].value(level.value)
    root = value if found.root is None else found.model.levels[0].value(found.root)
    begun = time.monotonic()
    other = solve_textbook(case, time_limit=times * seconds)
    proven = bool(other.bests)
    best = other.bests[0] / level_unit(case.objective[0]) if proven else value
    cheapest = other.values[0] / level_unit(case.objective[0]) if other.values else math.inf
    differs = other.status == "infeasible" or abs(best - value) > AGREE or cheapest < value - AGREE
    columns = len(found.model.rows.lower)
    taken = time.monotonic() - begun
    return Outcome(seed, case.staffing[0].soft, columns, value, root, seconds, taken, proven, differs)


def lines(outcomes: list[Outcome]) -> Iterator[str]:
    """The table and what it comes to."""
    heads = ["seed", "staffing", "columns", "best, umort", "LP gap", "seconds", "textbook, s", "times"]
    rows = [
        [
            str(o.seed), "soft" if o.soft else "hard", f"{o.columns:,}", f"{o.value:,.1f}", f"{o.gap:.2%}",
            f"{o.seconds:.1f}", f"{o.textbook:.1f}" if o.proven else f"> {o.textbook:.1f}",
            f"{o.ratio:.1f}" if o.proven else f"> {o.ratio:.1f}",
        ]
        for o in outcomes
    ]  # fmt: skip
    yield table(heads, rows, width=100, right=[0, 2, 3, 4, 5, 6, 7])
    mean = math.exp(sum(math.log(o.ratio) for o in outcomes) / len(outcomes))
    unproven = sum(not o.proven for o in outcomes)
    yield f"{len(outcomes)} variations: the textbook takes {mean:.1f} times as long or more (geometric mean), with no"
    yield f"proof of {unproven}. Largest gap between LP and best value: {max(o.gap for o in outcomes):.2%}."


@click.command()
@click.option("--count", default=21, type=click.IntRange(1), show_default=True, help="How many that have a plan.")
@click.option("--first", default=1, show_default=True, help="Seed of the first.")
@click.option("--limit", default=120.0, show_default=True, help="Seconds for the package; what is not proven is told.")
@click.option("--times", default=5.0, show_default=True, help="So many times as long for the textbook.")
def main(count: int, first: int, limit: float, times: float) -> None:
    """Hold the package against the textbook model on random variations of MS-22."""
    outcomes: list[Outcome] = []
    for seed in numbers(first):
        if len(outcomes) == count:
            break
        outcome = held(seed, limit, times)
        if isinstance(outcome, str):
            click.echo(f"seed {seed}: {outcome}", err=True)
            continue
        outcomes.append(outcome)
        click.echo(f"seed {seed}: {outcome.seconds:.1f} s, textbook {outcome.textbook:.1f} s", err=True)
    click.echo("\n".join(lines(outcomes)))
    sys.exit(any(outcome.differs for outcome in outcomes))


if __name__ == "__main__":
    main()
