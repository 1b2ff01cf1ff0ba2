"""The command line: reads, calls the library, shows. What is shown is made in `report`.

Exit status: 0 answered, 1 no plan exists (proven) or the plan checked breaks a rule, 2 bad input or usage, 3 stopped
without a plan, 4 internal error. Standard output holds the result only; with `--json` one document, also on failure.
The solver is loaded by the commands that solve, and by no others.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from . import __version__
from .models.problems import CrewreturnError, InputError
from .report.command import (
    ANSWERED,
    BROKEN,
    IMPOSSIBLE,
    NARROW,
    REFUSED,
    STOPPED,
    WIDE,
    Date,
    common,
    fail,
    known_alternative,
    load_plan_of,
    objective_option,
    refuse_existing,
    time_limit_option,
)

if TYPE_CHECKING:
    from .models.answer import Answer
    from .models.case import Case
    from .models.objective import Level, Preset
    from .models.plan import Plan


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit status.

    Parameters
    ----------
    arguments
        Those of the process where absent.
    """
    sys.exit(_run(list(sys.argv[1:] if arguments is None else arguments)))


def _run(given: list[str]) -> int:
    as_json = "--json" in given
    try:
        status = cli.main(given, prog_name="crewreturn", standalone_mode=False)
        return status if isinstance(status, int) else ANSWERED
    except InputError as error:
        return fail(as_json, REFUSED, "input", str(error), error)
    except CrewreturnError as error:
        from .solver.api import RejectedPlan

        if isinstance(error, RejectedPlan):
            return _defect(given, error)
        return fail(as_json, REFUSED, "input", str(error))
    except click.ClickException as error:
        if as_json:
            return fail(as_json, REFUSED, "usage", error.format_message())
        error.show()
        return REFUSED
    except click.Abort:
        return fail(as_json, STOPPED, "stopped", "stopped before there was anything to show")
    except SystemExit:  # click's way out when nobody reads what it writes
        return ANSWERED
    except Exception as error:
        return _defect(given, error)


def _defect(given: list[str], error: Exception) -> int:
    if "--debug" in given:
        traceback.print_exception(error)
    message = (
        f"internal error: {type(error).__name__}: {error}\n"
        "This is a defect of crewreturn, not of your input. Please report it with the command, the case file and "
        "what --debug adds."
    )
    return fail("--json" in given, BROKEN, "internal", message)


# -------------------------------------------------------------------------------------------------- what all share


_case = click.argument("case", metavar="CASE")
_alternative = click.option("--alternative", metavar="ID", help="Under this rescue alternative of the case.")
_without = click.option(
    "--without", metavar="RULE", multiple=True, help="Without this rule or family of rules, to see what it costs."
)
_against = click.option(
    "--against",
    metavar="PLAN",
    help="Count changes from this earlier plan: a path, - or as-decided.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": NARROW})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Find the safest way home for a station crew whose ship can no longer be trusted.

    CASE is a path, - for standard input, or the name of a shipped case (`crewreturn cases` lists them).

    Exit status: 0 answered, 1 no plan exists (proven) or the plan checked breaks a rule, 2 bad input or usage,
    3 stopped without a plan, 4 internal error.
    """


# -------------------------------------------------------------------------------------------------------- solving


@cli.command()
@_case
@_alternative
@time_limit_option()
@objective_option
@_against
@_without
@click.option("--out", metavar="PLAN.json", help="Also write the plan to this file.")
@click.option("--force", is_flag=True, help="Overwrite the file of --out.")
@common
def solve(
    case: str,
    alternative: str | None,
    time_limit: float | None,
    objective: Preset | None,
    against: str | None,
    without: tuple[str, ...],
    out: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Find the safest plan, with its proof.

    Ctrl-C stops with the best plan so far.
    """
    _once_from_stdin(case, against)
    document = _load(case)
    known_alternative(document, alternative)
    if out is not None and not force:
        refuse_existing(out)
    earlier = None if against is None else load_plan_of(document, against, "--against")
    answer = _solved(document, alternative, time_limit, objective, without, earlier)
    from .report import documents, terminal
    from .report.answer_page import answer_page

    if as_json:
        terminal.emit(documents.text(documents.document(answer)))
    else:
        terminal.emit(answer_page(document, answer, terminal.page_width(NARROW), objective=_levels(objective)))
    if out is None or answer.plan is None:
        return _status_of(answer)
    from .models.case_file import dump_json

    return _written(out, dump_json(answer.plan), force, _status_of(answer))


@cli.command()
@_case
@time_limit_option(" for each alternative")
@objective_option
@common
def compare(case: str, time_limit: float | None, objective: Preset | None, as_json: bool) -> int:
    """Rank the rescue alternatives; say which is safest, and why."""
    document = _load(case)
    from .report import documents, terminal
    from .report.compare_page import comparison_page
    from .solver import api

    found = terminal.watched(
        lambda cancel, tell: api.compare(
            document, time_limit=time_limit, objective=objective, cancel=cancel, progress=tell
        )
    )
    if as_json:
        terminal.emit(documents.text(documents.document(found)))
    else:
        terminal.emit(comparison_page(document, found, terminal.page_width(WIDE), objective=_levels(objective)))
    statuses = [_status_of(row.answer) for row in found.rows if row.answer is not None]
    return next((status for status in (ANSWERED, BROKEN, STOPPED) if status in statuses), IMPOSSIBLE)


@cli.command()
@_case
@click.argument("plan", metavar="[PLAN]", required=False)
@click.option("--at", metavar="DATE", required=True, type=Date(), help="When the station must be left.")
@_alternative
@time_limit_option()
@common
def seats(
    case: str, plan: str | None, at: datetime, alternative: str | None, time_limit: float | None, as_json: bool
) -> int:
    """Show the muster card: who goes where if the station is left.

    To which ship and seat, in which suit, with which liner. PLAN is a path, - or as-decided (what was really flown);
    without it the case is solved first. DATE is a day, or an instant such as 2023-02-01T06:00Z.
    """
    _once_from_stdin(case, plan)
    document = _load(case)
    start, end = document.horizon.start, document.horizon.end
    if not start <= at < end:
        horizon = f"from {start:%Y-%m-%dT%H:%MZ} until {end:%Y-%m-%dT%H:%MZ}"
        raise click.BadParameter(f"{at:%Y-%m-%dT%H:%MZ} is outside the case, which is {horizon}.", param_hint="--at")
    known_alternative(document, alternative)
    if plan is not None:
        chosen = load_plan_of(document, plan)
    else:
        answer = _solved(document, alternative, time_limit, None)
        if answer.plan is None:
            return fail(as_json, _status_of(answer), "no-plan", "there is no plan; `crewreturn solve` says why")
        chosen = answer.plan
    from .report import documents, terminal
    from .report.muster import muster, muster_page

    if as_json:
        terminal.emit(documents.text(documents.document(muster(document, chosen, at))))
    else:
        terminal.emit(muster_page(document, chosen, at, terminal.page_width(NARROW)))
    return ANSWERED


# ------------------------------------------------------------------------------------------------- without solving


@cli.command()
@_case
@click.argument("plan", metavar="PLAN")
@_alternative
@_against
@_without
@click.option("--fault-tree", metavar="FILE", help="Also write the loss as Open-PSA fault trees (XML) to this file.")
@click.option("--force", is_flag=True, help="Overwrite the file of --fault-tree.")
@common
def check(
    case: str,
    plan: str,
    alternative: str | None,
    against: str | None,
    without: tuple[str, ...],
    fault_tree: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Check any plan: every rule, measure and loss.

    PLAN is a path, - or as-decided (what was really flown).
    """
    _once_from_stdin(case, plan, against)
    document = _load(case)
    under = known_alternative(document, alternative)
    if fault_tree is not None and not force:
        refuse_existing(fault_tree)
    from .models.rules import refuse_unknown

    refuse_unknown(without, document)
    chosen = load_plan_of(document, plan)
    earlier = None if against is None else load_plan_of(document, against, "--against")
    from .report import documents, terminal
    from .report.check_page import evaluation_page
    from .solver.check import evaluate

    waive, statements = ((), ()) if under is None else (under.waive, under.statements)
    found = evaluate(document, chosen, waive=waive, statements=statements, against=earlier, rules_off=without)
    if as_json:
        terminal.emit(documents.text(documents.check_document(document, alternative, found)))
    else:
        terminal.emit(evaluation_page(document, chosen, found, terminal.page_width(NARROW), alternative=under))
    if fault_tree is not None:
        from .solver.fault_tree import fault_tree as drawn

        text = drawn(document, chosen, waive=waive)
        return _written(fault_tree, text, force, ANSWERED if found.ok else IMPOSSIBLE)
    return ANSWERED if found.ok else IMPOSSIBLE


@cli.command()
@_case
@common
def validate(case: str, as_json: bool) -> int:
    """Say whether a case can be used, and what about it is strange."""
    document = _load(case)
    from .report import documents, terminal
    from .report.case_page import case_page

    if as_json:
        terminal.emit(documents.text(documents.validation_document(document)))
    else:
        terminal.emit(case_page(document, terminal.page_width(NARROW)))
    return ANSWERED


@cli.command()
@click.argument("kind", type=click.Choice(["case", "plan", "answer", "comparison"]), default="case")
@common
def schema(kind: str, as_json: bool) -> int:
    """Print the JSON Schema of a document."""
    from .models.schema import schema_text
    from .report import terminal

    terminal.emit(schema_text(kind))  # JSON, asked for or not
    return ANSWERED


@cli.command()
@common
def cases(as_json: bool) -> int:
    """List the shipped cases."""
    from .models.case_file import case_names
    from .report import documents, terminal
    from .report.case_page import cases_page

    found = [(name, _load(name)) for name in case_names()]
    if as_json:
        terminal.emit(documents.text(documents.cases_document(found)))
    else:
        terminal.emit(cases_page(found, terminal.page_width(NARROW)))
    return ANSWERED


# ------------------------------------------------------------------------------------------------------ benchmarks


class _Bench(click.Group):
    """Its commands are loaded when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from .bench.commands import names

        return names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from .bench.commands import named

        return named(cmd_name)


@cli.group(cls=_Bench)
def bench() -> None:
    """Run many cases; compare and plot what came of them."""


# ------------------------------------------------------------------------------------------------------------ input


def _load(case: str) -> Case:
    from .models.case_file import load_case

    return load_case(case)


def _once_from_stdin(*sources: str | None) -> None:
    if sources.count("-") > 1:
        raise click.UsageError("Only one of CASE and plans can come from standard input.")


# ---------------------------------------------------------------------------------------------------------- solving


def _solved(
    document: Case,
    alternative: str | None,
    time_limit: float | None,
    objective: Preset | None,
    without: Sequence[str] = (),
    against: Plan | None = None,
) -> Answer:
    from .report import terminal
    from .solver import api

    return terminal.watched(
        lambda cancel, tell: api.solve(
            document,
            alternative=alternative,
            time_limit=time_limit,
            objective=objective,
            against=against,
            rules_off=without,
            cancel=cancel,
            progress=tell,
        )
    )


def _levels(objective: Preset | None) -> tuple[Level, ...] | None:
    from .models.objective import PRESET_LEVELS

    return None if objective is None else PRESET_LEVELS[objective]


def _status_of(answer: Answer) -> int:
    if answer.plan is not None:
        return ANSWERED
    if answer.ended == "error":
        return BROKEN
    return IMPOSSIBLE if answer.status == "infeasible" else STOPPED


def _written(out: str, text: str, force: bool, status: int) -> int:
    """Write a file beside what was shown; a failure cannot take that back."""
    from .models.case_file import write_new

    try:
        write_new(out, text, force)
    except InputError as error:
        click.echo(str(error), err=True)
        return REFUSED
    return status
