"""Files that are nearly cases: each must be refused in plain words, or be good for everything that is done with it.

    python -m crewreturn.bench.fuzz --count 20000 --seed 1

A mutant is made of a valid case or plan by its seed and number alone, so that `--first N --count 1` makes it again.
"""

from __future__ import annotations

import faulthandler
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from ..report.tables import table
from .fuzz_bases import RANDOM_BASES, bases, donors
from .fuzz_judge import Judge, Outcome, Trouble
from .fuzz_mutants import FAMILIES, Mutant, mutant

STUCK = 600.0
"""Seconds on one mutant after which the program ends itself, telling where it was: nothing else could."""


@dataclass(slots=True)
class Tally:
    """Outcomes counted."""

    files: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By family and by what became of them."""
    stages: Counter[str] = field(default_factory=Counter)
    troubles: dict[tuple[str, str], list[tuple[Mutant, Trouble]]] = field(default_factory=dict)
    """By stage and kind."""

    def add(self, tried: Mutant, outcome: Outcome) -> list[Trouble]:
        """Count one; its troubles of kinds not seen before."""
        verdict = "trouble" if outcome.troubles else "accepted" if outcome.accepted else "refused"
        for family in (f"{tried.family} of a {tried.kind}", "all"):
            self.files[family, "files"] += 1
            self.files[family, verdict] += 1
        self.stages.update(outcome.stages)
        new = []
        for trouble in outcome.troubles:
            known = self.troubles.setdefault((trouble.stage, trouble.what), [])
            if not known:
                new.append(trouble)
            known.append((tried, trouble))
        return new

    def page(self, width: int = 100) -> str:
        """The closing tables."""
        families = [f"{family} of a {kind}" for kind in ("case", "plan") for family in FAMILIES] + ["all"]
        heads = ["files", "refused", "accepted", "trouble"]
        rows = [[family, *(str(self.files[family, head]) for head in heads)] for family in families]
        parts = [table(["mutants", *heads], rows, width=width, right=[1, 2, 3, 4])]
        done = [[stage, str(number)] for stage, number in self.stages.most_common()]
        parts.append(table(["what was done", "files"], done, width=width, right=[1]))
        if self.troubles:
            found = [
                [stage, what, str(len({tried.number for tried, _ in seen})), str(seen[0][0].number)]
                for (stage, what), seen in sorted(self.troubles.items(), key=lambda item: -len(item[1]))
            ]
            parts.append(table(["stage", "trouble", "files", "first"], found, width=width, right=[2, 3], wrap=[1]))
        return "\n\n".join(parts) + "\n"


def fuzz(
    count: int,
    seed: int,
    *,
    first: int = 0,
    judge: Judge,
    finds: Path | None = None,
    random_bases: int = RANDOM_BASES,
    stuck: float | None = None,
) -> Iterator[tuple[Tally, Mutant, list[Trouble]]]:
    """Judge mutants one after another.

    Parameters
    ----------
    count, first
        How many, and the number of the first.
    judge
        What does it.
    finds
        Folder for the first mutant of every kind of trouble.
    random_bases
        Random cases that mutants are made of, beside the shipped ones.
    stuck
        Seconds on one mutant after which the process ends itself; never where absent.

    Yields
    ------
    tuple
        The count so far, the mutant just judged, and its troubles of kinds not seen before.
    """
    made_of, given = bases(random_bases), donors(random_bases)
    tally = Tally()
    for number in range(first, first + count):
        tried = mutant(seed, number, made_of, given)
        if stuck is not None:
            faulthandler.dump_traceback_later(stuck, exit=True)
        try:
            new = tally.add(tried, judge.judge(tried))
        finally:
            if stuck is not None:
                faulthandler.cancel_dump_traceback_later()
        if new and finds is not None:
            finds.mkdir(parents=True, exist_ok=True)
            (finds / f"{seed}-{number}{tried.suffix}").write_bytes(tried.raw)
            told = "\n".join(f"{trouble.stage}: {trouble.what}\n{trouble.message}\n" for trouble in new)
            (finds / f"{seed}-{number}.why").write_text(f"{tried.title}\n\n{told}", encoding="utf-8", errors="replace")
        yield tally, tried, new


@click.command()
@click.option("--count", default=20_000, help="How many mutants.", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--first", default=0, help="Number of the first mutant.", show_default=True)
@click.option("--seconds", default=2.0, help="Processor time that each step may take.", show_default=True)
@click.option("--build-one-in", default=10, help="Of so many accepted cases, make one into a model.", show_default=True)
@click.option("--solve-one-in", default=20, help="Of so many accepted cases, solve one.", show_default=True)
@click.option("--solve-seconds", default=2.0, help="Time limit of a solve.", show_default=True)
@click.option("--most-ticks", default=400, help="Longest horizon that is solved.", show_default=True)
@click.option(
    "--finds", type=click.Path(file_okay=False, path_type=Path), help="Keep one mutant of every trouble here."
)
def main(
    count: int,
    seed: int,
    first: int,
    seconds: float,
    build_one_in: int,
    solve_one_in: int,
    solve_seconds: float,
    most_ticks: int,
    finds: Path | None,
) -> None:
    """Read files that are nearly cases or plans, and say what became of them. Status 1 if anything is wrong."""
    begun, tally = time.monotonic(), Tally()
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(Path(folder), seconds, build_one_in, solve_one_in, solve_seconds, most_ticks)
        for so_far, tried, new in fuzz(count, seed, first=first, judge=judge, finds=finds, stuck=STUCK):
            for trouble in new:
                click.echo(f"{tried.title}\n  {trouble.stage}: {trouble.what}\n  {trouble.message[:500]}", err=True)
            tally, done = so_far, tried.number - first + 1
            if done % 500 == 0:
                click.echo(f"{done:,} of {count:,}, {time.monotonic() - begun:.0f} s", err=True)
    click.echo(tally.page())
    sys.exit(1 if tally.troubles else 0)


if __name__ == "__main__":
    main()
