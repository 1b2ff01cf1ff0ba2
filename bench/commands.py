"""`crewreturn bench ...`: many runs, and what can be said of them. Light to load: each command loads what it needs.

Exit status of `run`: 0 every run has a row and none failed, 2 bad input or usage, 3 stopped with Ctrl-C, 4 a run
failed, or rows could not be written. Of `compare`: 4 where two proven values contradict each other.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..models.objective import Preset
from ..models.problems import CrewreturnError, InputError, Problem, quote
from ..report.command import (
    ANSWERED,
    BROKEN,
    NARROW,
    REFUSED,
    STOPPED,
    common,
    fail,
    objective_option,
    refuse_existing,
    time_limit_option,
)

if TYPE_CHECKING:
    from .best_known import Known
    from .comparing import Clock
    from .rows import Row

SMALLEST_MEMORY = 256
"""MiB: a worker holds about half of it before it has begun."""
PICTURES = (".svg", ".png")


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--out", metavar="ROWS.jsonl", required=True, help="Add rows to this file; runs that have one are left out."
)
@click.option(
    "--seed",
    "seeds",
    metavar="N",
    multiple=True,
    type=click.IntRange(min=0),
    default=(0,),
    show_default=True,
    help="Shuffle the lists of each case with this; 0 does not. May be repeated: at least five tell chance apart.",
)
@time_limit_option(" for each run")
@click.option(
    "--memory-limit",
    metavar="MIB",
    type=click.IntRange(min=SMALLEST_MEMORY),
    help="End a run that takes more resident memory.",
)
@click.option(
    "--grace",
    metavar="S",
    type=click.FloatRange(min=0),
    help="End a run from outside that goes on so many seconds after its time limit; if left out, after it has taken "
    "three times the limit and a minute.",
)
@click.option("--levels", metavar="N", type=click.IntRange(min=1), help="Only so many of the objective's first levels.")
@click.option("--peer", metavar="NAME", help="Have a peer solve the first level instead: textbook, greedy and so on.")
@objective_option
@click.option("--alternatives", is_flag=True, help="Also run each rescue alternative of each case.")
@click.option(
    "--workers", metavar="N", type=click.IntRange(min=1), help="Processes; as many as there are cores if left out."
)
@click.option("--cluster", metavar="ADDRESS", help="Run on this dask cluster instead, such as tcp://10.0.0.1:8786.")
@common
def run(
    paths: tuple[str, ...],
    out: str,
    seeds: tuple[int, ...],
    time_limit: float | None,
    memory_limit: int | None,
    grace: float | None,
    levels: int | None,
    peer: str | None,
    objective: Preset | None,
    alternatives: bool,
    workers: int | None,
    cluster: str | None,
    as_json: bool,
) -> int:
    """Solve many cases and add a row for each run to a file.

    PATH is a case file, a folder of them, or the name of a shipped case. The same command goes on where it stopped,
    whatever stopped it.
    """
    if cluster is not None and (workers is not None or memory_limit is not None or grace is not None):
        advice = "leave out --workers, --memory-limit and --grace."
        raise click.UsageError(f"A cluster has its own workers and limits: {advice}")
    if grace is not None and time_limit is None:
        raise click.UsageError("There is no grace without a limit: give --time-limit too, or leave out --grace.")
    from .. import __version__
    from ..report import documents, terminal
    from .case_files import Questions, case_files
    from .pages import batch_document, batch_page
    from .rows import FAILED, Configuration, RowFile, Unwritable
    from .runner import NoWorkers, hands, run_batch

    _refuse_unknown_peer(peer, there=cluster is not None)
    configuration = Configuration(
        peer=peer, objective=objective, time_limit=time_limit, memory_limit=memory_limit, levels=levels, grace=grace
    )
    questions = Questions(case_files(paths), configuration, tuple(dict.fromkeys(seeds)), alternatives)
    try:
        with (
            RowFile(out, configuration, __version__) as rows,
            hands(configuration, workers, cluster) as (executor, number),
        ):
            batch = terminal.watched(
                lambda stop, tell: run_batch(
                    iter(questions),
                    rows,
                    executor,
                    workers=number,
                    stop=stop,
                    tell=tell,
                    position=lambda: f"file {questions.read:,} of {len(questions.files):,}",
                )
            )
    except (Unwritable, NoWorkers) as error:
        return fail(as_json, BROKEN, "stopped", str(error))
    data = batch_document(out, rows, batch, questions)
    if as_json:
        terminal.emit(documents.text(data))
    else:
        terminal.emit(batch_page(data, terminal.page_width(NARROW)))
    if batch.stopped:
        return STOPPED
    return BROKEN if any(rows.statuses[status] for status in FAILED) else ANSWERED


@click.command()
@click.argument("first", metavar="A.jsonl")
@click.argument("second", metavar="B.jsonl")
@click.option("--best-known", "best", metavar="FILE", help="Best known values; those beside the cases if left out.")
@click.option(
    "--clock",
    type=click.Choice(["wall", "cpu"]),
    default="wall",
    show_default=True,
    help="Time on the wall, or of the processor: better where the computer was busy.",
)
@common
def compare(first: str, second: str, best: str | None, clock: Clock, as_json: bool) -> int:
    """Say whether B is faster or slower than A, or that one cannot tell.

    Only runs that both have are compared, and none that failed is ranked.
    """
    from ..report import documents, terminal
    from .comparing import compare_runs
    from .pages import run_comparison_page
    from .rows import read_rows

    sides = [read_rows(path) for path in (first, second)]
    names = _labels([first, second])
    known = _known(best, [*sides[0], *sides[1]])
    found = compare_runs((names[0], sides[0]), (names[1], sides[1]), known, clock)
    if as_json:
        terminal.emit(documents.text(documents.document(found)))
    else:
        terminal.emit(run_comparison_page(found, terminal.page_width(NARROW)))
    return BROKEN if found.disputes else ANSWERED


@click.command()
@click.argument("rows", metavar="ROWS.jsonl...", nargs=-1, required=True)
@click.option(
    "-o", "--out", metavar="FILE", required=True, help="Where the picture goes: a name ending in .svg or .png."
)
@click.option("--best-known", "best", metavar="FILE", help="Best known values; those beside the cases if left out.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@common
def plot(rows: tuple[str, ...], out: str, best: str | None, force: bool, as_json: bool) -> int:
    """Draw performance profiles, and gaps to the best known values."""
    if Path(out).suffix.lower() not in PICTURES:
        raise click.BadParameter(f"'{out}' ends in none of {', '.join(PICTURES)}.", param_hint="--out")
    if not force:
        refuse_existing(out)
    from ..report import documents, terminal
    from .rows import read_rows

    sides = [read_rows(path) for path in rows]
    try:
        from .plot import draw, write
    except ImportError:
        message = "pictures need matplotlib, which is not installed: pip install 'crewreturn[report]'"
        return fail(as_json, REFUSED, "usage", message)
    drawn = draw(list(zip(_labels(rows), sides, strict=True)), _known(best, [row for side in sides for row in side]))
    write(drawn.figure, out, force)
    told: dict[str, Any] = {"format": "crewreturn-bench-plot/1", "out": out, "runs": drawn.runs}
    terminal.emit(documents.text(told) if as_json else f"{out}: {drawn.runs:,} runs of each.\n")
    return ANSWERED


@click.command()
@click.argument("rows", metavar="ROWS.jsonl...", nargs=-1, required=True)
@click.option("--out", metavar="FILE", required=True, help="Where they are kept: best_known.json beside the cases.")
@common
def record(rows: tuple[str, ...], out: str, as_json: bool) -> int:
    """Keep the best values and bounds of rows as best known.

    What FILE has is kept where it is as good. A proof is certified where another solver proves the same. Of a question
    on which proven values contradict each other nothing is kept, and the exit status is 4.
    """
    from ..models.case_file import write_new
    from ..report import documents, terminal
    from .best_known import BestKnown, kept, known_as
    from .disputes import certified, disputes
    from .rows import read_rows

    before = _known(out, []) if Path(out).exists() else {}
    every = [row for path in rows for row in read_rows(path)]
    found = disputes(every, before)
    disputed = {key for dispute in found for key in dispute.keys}
    questions = {known_as(row.case_digest, row.alternative) for row in every if row.key in disputed}
    agreed = [row for row in every if known_as(row.case_digest, row.alternative) not in questions]
    now = certified(agreed, kept(agreed, before))
    if now != before:
        write_new(out, BestKnown(format="crewreturn-best-known/1", cases=now).text(), force=True)
    if found:
        message = f"proven values contradict each other, first of {found[0].case}: {found[0].message}"
        return fail(as_json, BROKEN, "contradiction", message)
    changed = sum(before.get(name) != entry for name, entry in now.items())
    told = {"format": "crewreturn-bench-record/1", "out": out, "questions": len(now), "changed": changed}
    page = f"{out}: best known values of {len(now):,} questions, {changed:,} of them new or better.\n"
    terminal.emit(documents.text(told) if as_json else page)
    return ANSWERED


def _refuse_unknown_peer(name: str | None, *, there: bool) -> None:
    """And one that is not installed here, unless it is to run `there`, on a cluster."""
    from .peers import PEERS

    if name is None:
        return
    if name not in PEERS:
        titles = "; ".join(f"{known}: {peer.title}" for known, peer in PEERS.items())
        raise click.BadParameter(f"there is no peer {quote(name)}. {titles}.", param_hint="--peer")
    missing = None if there else PEERS[name].missing()
    if missing is not None:
        raise CrewreturnError(missing)


def _labels(paths: tuple[str, ...] | list[str]) -> list[str]:
    """What to call files of rows: by their names if these differ, else by their paths."""
    names = [Path(path).stem for path in paths]
    return names if len(set(names)) == len(names) else [os.fspath(path) for path in paths]


def _known(best: str | None, rows: list[Row]) -> dict[str, Known]:
    from .best_known import BestKnown, best_known

    if best is None:
        return best_known({row.path for row in rows})
    if not Path(best).exists():
        raise InputError([Problem((), "there is no such file", advice="Check the name and the folder.")], best)
    from ..models.case_file import read_model

    return read_model(best, BestKnown).cases


COMMANDS: dict[str, click.Command] = {command.name or "": command for command in (run, compare, plot, record)}
"""Those of this module, by name."""
GENERATE = "generate"
"""The command of a module that takes longer to load."""


def names() -> list[str]:
    """Names of the commands of the group `bench`."""
    return [GENERATE, *COMMANDS]


def named(name: str) -> click.Command | None:
    """The command of this name, if there is one."""
    if name == GENERATE:
        from .generate_command import generate

        return generate
    return COMMANDS.get(name)
