"""The command `generate`: cases of a family into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..models.problems import InputError
from ..report import documents, terminal
from ..report.command import ANSWERED, REFUSED, common, fail
from .family_knobs import BadKnobs
from .generate import BENCHMARK, FAMILIES, Order, write

__all__ = ["generate"]


def _knobs() -> dict[str, tuple[str, list[str]]]:
    """Each knob of any family: what it means, and the families that have it."""
    found: dict[str, tuple[str, list[str]]] = {}
    for name, family in FAMILIES.items():
        for knob, field in family.knobs.model_fields.items():
            meaning = " ".join((field.description or "").replace("`", "").split())
            found.setdefault(knob, (meaning, []))[1].append(name)
            if meaning and not found[knob][0]:
                found[knob] = (meaning, found[knob][1])
    return found


def _with_knobs(command: click.Command) -> click.Command:
    """The command with an option for each knob of any family."""
    for knob, (meaning, families) in _knobs().items():
        where = "" if len(families) == len(FAMILIES) else f" ({', '.join(families)})"
        name = f"--{knob.replace('_', '-')}"
        command.params.append(click.Option([name, knob], metavar="VALUE", help=f"{meaning}{where}"))
    return command


def _value(text: str) -> Any:
    """What was typed, as a number where it is one."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


@click.command()
@click.option("--family", type=click.Choice(list(FAMILIES)), help="Which family.")
@click.option("--benchmark", is_flag=True, help="Instead of a family: the fixed set in instances/benchmark.")
@click.option("--count", type=click.IntRange(1, 10_000), default=1, show_default=True, help="How many cases.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of the first case; then the next."
)
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), required=True, help="The folder for them.")
@click.option("--force", is_flag=True, help="Replace cases that stand there.")
@common
def generate(
    family: str | None,
    benchmark: bool,
    count: int,
    seed: int,
    out: Path,
    force: bool,
    as_json: bool,
    **knobs: str | None,
) -> int:
    """Make cases of a family: the same bytes for the same family, seed and knobs.

    What is left out stays as the family has it. The best values that are known by an argument go into best_known.json
    beside the cases.
    """
    given = {name: value for name, value in knobs.items() if value is not None}
    if (family is None) == (not benchmark):
        raise click.UsageError("Give a --family, or --benchmark for the fixed set: one of the two.")
    if benchmark and given:
        raise click.UsageError(f"The fixed set has no knobs. Leave out --{min(given).replace('_', '-')}.")
    orders: tuple[Order, ...] = BENCHMARK
    if family is not None:
        orders = (Order(family, count, seed, {name: _value(text) for name, text in given.items()}),)
    try:
        paths = write(orders, out, force=force)
    except BadKnobs as error:
        raise click.UsageError(str(error)) from None
    except InputError as error:
        return fail(as_json, REFUSED, "input", str(error), error)
    told = {"format": "crewreturn-bench-generate/1", "out": str(out), "cases": [str(path) for path in paths]}
    terminal.emit(documents.text(told) if as_json else "".join(f"{path}\n" for path in paths))
    return ANSWERED


_with_knobs(generate)
