"""Writes the page on the benchmark from rows: what everybody was asked, what came of it, and where others were better.

    python -m crewreturn.bench.page ROWS.jsonl... --out docs/benchmarks.md

Each file holds the rows of one contestant, crewreturn's among them. Figures and verdicts are counted from the rows;
what stands here is true whatever they say. The picture goes into a folder beside the page that is named as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ..models.case_file import write_new
from ..models.problems import CrewreturnError, InputError, Problem, quote
from ..report.words import count, listed
from . import page_tables as tables
from .best_known import BestKnown, Known, best_known
from .comparing import RunComparison, compare_runs
from .disputes import Dispute, disputes, judged
from .gaps import best_values
from .page_tables import Contestant
from .rows import CREWRETURN, Row, read_rows
from .statistics import FEWEST

PICTURE = "profile.svg"
ROWS = "ROWS"
"""What errors call the files."""

HEAD = """\
# Benchmark

Made by `{command}`, which runs what is missing and writes this page: nothing here is written by hand.
Every figure is counted from the rows of the runs.

Peers are asked for the least value of the first level of each case's objective; crewreturn for so many levels as the
second table says. The textbook and MiniZinc peers share nothing with crewreturn but the case and, with `textbook`,
CP-SAT. `flow-highs` solves crewreturn's own model in one go, so that it tells what crewreturn's search adds to that.

## How it was done

{surroundings}

{sides}

- One contestant after another, each begun when this table says; within each, the cases by name, so many at a time as
  the first table says. A process makes one run at a time, and is asked to solve with one thread. Loading the package
  and the solver is no part of a run's time, reading the case neither; building a model is.
- Every plan is judged by the independent checker (`solver/check.py`), also crewreturn's own. A run counts as **wrong**
  if the checker rejects its plan or finds it worse than the contestant counted it, or if what it claims to have proven
  is disproved by a lawful plan, whoever made that plan.
- A run that has not ended so many seconds after its limit as the first table says is ended from outside, and counts as
  timed out. Some solvers look at no clock while they simplify a model.
- **Failed** is an error, a process that died, or no plan from a contestant that does not search. **Refused** is a case
  that a peer has no way to be asked. What is wrong, failed or refused is counted, and ranked nowhere.
- Times are wall times until the answer. A run without a proof counts at its limit, and in PAR2 at twice its limit.
  Means are geometric, of times shifted by one and by ten seconds. Intervals are those of 95 % of a bootstrap over
  cases. *Cannot tell* is said where an interval holds 1, or fewer than {fewest} cases can be ranked.
"""

BODY = """\
## What came of the runs

{outcomes}

{contradictions}

By family: proven / a plan without a proof / neither.

{family_outcomes}

![The share of runs proven within a multiple of the best time, and of plans within a gap]({picture})

Left: the share of runs that each contestant has proven within a multiple of the time of the fastest; what is not proven
is nowhere on a curve. Right: the share of plans within a distance of the best known value. Only runs that all have are
drawn.

## Who is faster

Pairs of figures are crewreturn's and the peer's, over the runs in which neither failed. *Times as long* is the peer's
mean over crewreturn's: above 1 crewreturn is the faster one. Who cannot prove anything stays at the limit.

{speed}

{notes}

### By family

With a shift of one second.

{by_family}

## Where a peer did better

Every run in which a peer proved what crewreturn did not, or proved it in less time, by however little; or, where
crewreturn proved nothing, found a better plan.

Of each peer's runs: {lost}.

{losses}

## How good the plans are

Distances are parts of the best known value, from the file of best known values or from any of these runs.

{distances}

## What is known of the cases

A proof is certified if an argument shows that nothing is better, or if another solver proves the same value. What one
solver alone has proven is marked as not certified. `flow-highs` solves crewreturn's own model, so it certifies the
search and not the model; the textbook and MiniZinc peers share a model of their own, which `textbook` has searched by
CP-SAT, as crewreturn's is.

{known}

## Case by case

Seconds are those until a proof, the fastest of a case in bold. `plan, +x %`: no proof, and a plan so far from the best
known; `plan, best`: as good as that.

{cases}

## What was wrong, failed or refused

{failures}
"""


def contestants(files: Sequence[Sequence[Row]], known: dict[str, Known]) -> list[Contestant]:
    """Who took part, crewreturn first, the others as they were begun: a file of rows each, judged by what all show.

    Raises
    ------
    InputError
        If two files are of one contestant, or none is of crewreturn.
    """
    every = judged([row for rows in files for row in rows], known)
    found: dict[str, list[Row]] = {}
    begin = 0
    for rows in files:
        names = {row.configuration.who for row in rows}
        for name in names:
            if name in found or len(names) > 1:
                advice = "Give one file for each contestant."
                raise InputError([Problem((), f"two files or configurations for {quote(name)}", advice=advice)], ROWS)
            found[name] = every[begin : begin + len(rows)]
        begin += len(rows)
    if CREWRETURN not in found:
        advice = "Run the cases without --peer too, and give that file."
        raise InputError([Problem((), f"no rows of {CREWRETURN}, against which peers are held", advice=advice)], ROWS)
    sides = [Contestant(name, rows) for name, rows in found.items()]
    return sorted(sides, key=lambda side: (side.name != CREWRETURN, str(side.begun)))


def page(
    files: Sequence[Sequence[Row]], known: dict[str, Known], *, picture: str = PICTURE, command: str = "make bench"
) -> str:
    """The page, in Markdown.

    Parameters
    ----------
    files
        Rows of each contestant.
    known
        Best known values, as `best_known` reads them.
    picture
        Where the picture is, as the page has it.
    command
        What makes it.

    Raises
    ------
    InputError
        As `contestants`.
    """
    sides = contestants(files, known)
    ours, *peers = sides
    every = [row for side in sides for row in side.rows]
    bests = best_values(every, known)
    found = {peer.name: compare_runs((ours.name, ours.rows), (peer.name, peer.rows), known) for peer in peers}
    head = HEAD.format(
        command=command,
        surroundings=tables.surroundings(every),
        sides=tables.who_took_part(sides),
        fewest=FEWEST,
    )
    body = BODY.format(
        outcomes=tables.outcomes(sides),
        contradictions=_contradictions(disputes([row for rows in files for row in rows], known)),
        family_outcomes=tables.family_outcomes(sides),
        picture=picture,
        speed=tables.speed(found),
        notes=_notes(found),
        by_family=tables.by_family(found),
        lost=tables.lost(sides),
        losses=tables.losses(sides, bests),
        distances=tables.distances(sides, known),
        known=tables.best_known_table(every, known),
        cases=tables.case_by_case(sides, bests),
        failures=tables.failures(sides),
    )
    return f"{head}\n{body}"


def _contradictions(found: Sequence[Dispute]) -> str:
    if not found:
        return "No two proofs contradict each other, and no plan a proof."
    lines = [
        f"**{count(len(found), 'question')} on which two answers cannot both be right**: a defect of somebody's.",
        "",
    ]
    for dispute in found:
        under = f", {dispute.alternative}" if dispute.alternative else ""
        lines.append(f"- {dispute.case}{under}: {dispute.message}")
    return "\n".join(lines)


def _notes(found: dict[str, RunComparison]) -> str:
    """What makes comparisons less than fair, each said once; that peers are others than crewreturn is no such thing."""
    told: dict[str, list[str]] = {}
    for peer, said in found.items():
        for note in said.notes:
            if not note.startswith("peer: "):
                told.setdefault(note, []).append(peer)
    if not told:
        return "Nothing but who solved differed between the runs that are compared."
    whom = {note: "all" if len(peers) == len(found) else listed(peers) for note, peers in told.items()}
    return "\n".join(["What makes this less than fair:", "", *(f"- {note} ({whom[note]})" for note in told)])


@click.command()
@click.argument("rows", metavar="ROWS.jsonl...", nargs=-1, required=True)
@click.option("--out", metavar="PAGE.md", required=True, help="The page; what stands there is replaced.")
@click.option("--best-known", "best", metavar="FILE", help="Best known values; those beside the cases if left out.")
@click.option("--command", default="make bench", show_default=True, help="What the page says that it is made by.")
def main(rows: tuple[str, ...], out: str, best: str | None, command: str) -> None:
    """Write the page on the benchmark, and its picture, from the rows of all contestants."""
    from ..models.case_file import read_model

    try:
        files = [read_rows(path) for path in rows]
        every = [row for each in files for row in each]
        known = best_known({row.path for row in every}) if best is None else read_model(best, BestKnown).cases
        place = Path(out).with_suffix("")
        text = page(files, known, picture=f"{place.name}/{PICTURE}", command=command)
        from .plot import draw, write

        place.mkdir(parents=True, exist_ok=True)
        drawn = draw([(side.name, side.rows) for side in contestants(files, known)], known)
        write(drawn.figure, str(place / PICTURE), True)
        write_new(out, text, True)
    except ImportError:
        click.echo("pictures need matplotlib, which is not installed: pip install 'crewreturn[report]'", err=True)
        sys.exit(2)
    except CrewreturnError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    click.echo(f"{out}: {count(len(every), 'run')} of {count(len(files), 'contestant')}.")


if __name__ == "__main__":
    main()
