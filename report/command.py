"""What all commands have in common: exit statuses, `--json`, `--debug`, and how they say that they failed."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ..models.problems import InputError, Problem, did_you_mean, quote

if TYPE_CHECKING:
    from ..models.case import Case
    from ..models.plan import Plan
    from ..models.statements import Alternative

Command = Callable[..., int]

ANSWERED, IMPOSSIBLE, REFUSED, STOPPED, BROKEN = range(5)
"""The exit statuses."""

AS_DECIDED = "as-decided"
"""In place of a plan's path: the plan that was really flown, as the case has it."""
NARROW, WIDE = 80, 100
"""Columns of a page where there is no terminal."""


def common(command: Command) -> Command:
    """The options that every command has."""
    debug = click.option("--debug", is_flag=True, expose_value=False, help="Show where an internal error arose.")
    as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document, also on failure.")
    return as_json(debug(command))


def time_limit_option(each: str = "", then: str = "with the best plan so far") -> Callable[[Command], Command]:
    """The option `--time-limit`, for each of what it counts, and what there is when it ends."""
    return click.option(
        "--time-limit",
        metavar="S",
        type=click.FloatRange(min=0, min_open=True),
        help=f"Stop after so many seconds{each}, {then}.",
    )


class Date(click.ParamType[datetime]):
    """A day, or an instant with its time zone."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant in UTC."""
        moment: datetime | None = None
        with suppress(ValueError):
            moment = datetime.fromisoformat(value)
        if moment is not None and moment.tzinfo is None and len(value) <= len("2023-02-01"):
            return moment.replace(tzinfo=UTC)
        if moment is None or moment.tzinfo is None:
            known = "a day such as 2023-02-01 nor an instant such as 2023-02-01T06:00Z"
            self.fail(f"{quote(value)} is neither {known}.", param)
        return moment.astimezone(UTC)


objective_option = click.option(
    "--objective",
    type=click.Choice(["default", "safest", "ordinal"]),
    help="What to minimise, instead of what the case says.",
)
"""The option `--objective`."""


def refuse_existing(out: str) -> None:
    """Say now what writing would say after a long solve."""
    if os.path.lexists(out):
        advice = "Choose another name, or overwrite it with --force."
        raise InputError([Problem((), "the file exists already", advice=advice)], out)


def load_plan_of(document: Case, plan: str, hint: str = "PLAN") -> Plan:
    """A plan that names only what the case knows."""
    if plan == AS_DECIDED:
        if document.as_decided is None:
            raise click.BadParameter(f"{quote(document.id)} does not say what was decided.", param_hint=hint)
        return document.as_decided.plan
    from ..models.case_file import load_plan
    from ..models.consistency import plan_problems

    chosen = load_plan(plan)
    problems = plan_problems(document, chosen)
    if problems:
        raise InputError(problems, plan)
    return chosen


def known_alternative(document: Case, wanted: str | None) -> Alternative | None:
    """The alternative that is asked for, if one is; refuses one that the case does not have."""
    known = {entry.id: entry for entry in document.alternatives}
    if wanted is None or wanted in known:
        return known.get(wanted or "")
    advice = did_you_mean(wanted, known) or (f"It has: {', '.join(known)}." if known else "It has none.")
    message = f"{quote(document.id)} has no rescue alternative {quote(wanted)}. {advice}"
    raise click.BadParameter(message, param_hint="--alternative")


def fail(as_json: bool, status: int, kind: str, message: str, error: InputError | None = None) -> int:
    """Say why there is no result, and hand on the status.

    Parameters
    ----------
    as_json
        As one document on standard output; as text on standard error otherwise.
    status
        Of the exit.
    kind
        What kind of failure it is: `input`, `usage`, `stopped`, `internal`, ...
    message
        For people.
    error
        Bad input, with its places.
    """
    if as_json:
        from . import documents, terminal

        terminal.emit(documents.text(documents.error_document(kind, message, error)))
    else:
        click.echo(message if kind == "input" else f"crewreturn: {message}", err=True)
    return status
