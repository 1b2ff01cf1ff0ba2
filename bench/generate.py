"""Cases made to order: families with knobs, each case the same bytes for the same family, seed and knobs.

See Also
--------
family_station, family_commercial, family_lunar, family_large, family_ms22, family_planted : the families.
generate_command : the command.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..models.canonical import case_digest, dump_json
from ..models.case import Case
from ..models.case_file import read_model, write_new
from ..models.problems import InputError, Problem, did_you_mean, quote
from .best_known import ARGUMENT, BEST_KNOWN, BestKnown, Known, known_as
from .family_commercial import CommercialKnobs, commercial
from .family_dice import Dice
from .family_fleet import Data
from .family_knobs import BadKnobs, Knobs, read_knobs
from .family_known import DATE, Certified
from .family_large import LargeKnobs, large
from .family_lunar import LunarKnobs, lunar
from .family_ms22 import Ms22Knobs, ms22
from .family_planted import PlantedKnobs, planted
from .family_station import IssKnobs, station

__all__ = ["BENCHMARK", "FAMILIES", "Family", "Made", "Order", "generate", "write"]


LONGEST_ID = 80
"""Characters of an id. With more, a digest stands for the knobs."""


@dataclass(frozen=True)
class Family:
    """Cases of one kind."""

    title: str
    """What they are, in a line."""
    knobs: type[Knobs]
    make: Callable[[Any, Dice], Data | tuple[Data, Certified]]


FAMILIES: dict[str, Family] = {
    "station": Family("seven people, two kinds of ship with suits and liners, one ship damaged", IssKnobs, station),
    "commercial": Family("two companies' ships, visitors with fixed dates, a safe haven", CommercialKnobs, commercial),
    "lunar": Family("a base of twenty to a hundred, landers and hoppers", LunarKnobs, lunar),
    "large": Family("thirty to a thousand people, eight to fifty ships, a year", LargeKnobs, large),
    "ms22": Family("random variations of the shipped case soyuz-ms22", Ms22Knobs, ms22),
    "planted": Family("cases whose best value is known by an argument", PlantedKnobs, planted),
}
"""The families by name."""


@dataclass(frozen=True)
class Made:
    """A case, and its best value if that is known."""

    case: Case
    known: Certified | None = None


@dataclass(frozen=True)
class Order:
    """Some cases of a family: those of so many seeds from one on."""

    family: str
    count: int
    seed: int
    knobs: Mapping[str, Any]

    def made(self) -> Iterable[Made]:
        """The cases, one by one."""
        for seed in range(self.seed, self.seed + self.count):
            yield generate(self.family, seed, **self.knobs)


BENCHMARK = (
    Order("station", 4, 1, {}),
    Order("station", 2, 1, {"days": 180}),
    Order("commercial", 4, 1, {}),
    Order("lunar", 3, 1, {}),
    Order("large", 1, 1, {}),
    Order("large", 1, 1, {"people": 100, "ships": 20}),
    Order("ms22", 4, 1, {}),
    Order("ms22", 4, 1, {"ships_dropped": 4, "people_dropped": 3}),
    Order("planted", 2, 1, {}),
    Order("planted", 2, 1, {"argument": "counting"}),
)
"""What stands in `instances/benchmark`."""


def generate(family: str, seed: int, **knobs: Any) -> Made:
    """A case of a family.

    Parameters
    ----------
    family
        One of `FAMILIES`.
    seed
        The same family, seed and knobs give the same case.
    knobs
        Those of the family; what is left out stays as the family has it.

    Raises
    ------
    BadKnobs
        For a family or knob that does not exist, and a value that a knob cannot take.
    """
    if family not in FAMILIES:
        advice = did_you_mean(family, list(FAMILIES)) or f"There are {', '.join(FAMILIES)}."
        raise BadKnobs(f"there is no family {quote(family)}. {advice}")
    kind = FAMILIES[family]
    read = read_knobs(family, kind.knobs, knobs)
    made = kind.make(read, Dice(f"{family}, {seed}"))
    data, known = made if isinstance(made, tuple) else (made, None)
    turned = read.turned()
    name = "-".join([family, *(f"{knob}-{value}" for knob, value in turned.items()), str(seed)])
    if len(name) > LONGEST_ID:
        name = f"{family}-{hashlib.sha256(json.dumps(turned).encode()).hexdigest()[:8]}-{seed}"
    said = " ".join(f"--{knob.replace('_', '-')} {value}" for knob, value in turned.items())
    command = (
        f"crewreturn bench generate --family {family} --count 1 --seed {seed}{' ' if said else ''}{said} --out DIR"
    )
    head = {
        "format": "crewreturn/1",
        "id": re.sub(r"[^A-Za-z0-9_-]", "_", name),
        "title": f"Generated: {family}, seed {seed}",
        "description": f"{kind.title[0].upper()}{kind.title[1:]}. Everything is invented; made by `{command}`."
        + (f" {known.proof}" if known else ""),
    }
    labels = {"family": family, "seed": str(seed)} | {f"knob-{knob}": value for knob, value in read.said().items()}
    if known:
        labels |= {f"best-{level}": repr(value) for level, value in known.levels.items()}
    return Made(Case.model_validate(head | _without(data, head) | {"labels": labels}), known)


def write(orders: Iterable[Order], folder: Path, *, force: bool = False) -> list[Path]:
    """Write cases, and the values known for them, into a folder.

    Parameters
    ----------
    orders
        What to make.
    folder
        Where to; it is made if need be. Known values of other cases that stand there are kept.
    force
        Replace cases that stand there.

    Returns
    -------
    list of Path
        The case files written.

    Raises
    ------
    BadKnobs
        As `generate`, before anything is written of that case.
    InputError
        If a file cannot be written, or stands there already.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        advice = "Give the name of a folder."
        raise InputError(
            [Problem((), f"not a folder that can be made: {error.strerror}", advice=advice)], str(folder)
        ) from None
    written, known = [], {}
    for order in orders:
        for made in order.made():
            path = folder / f"{made.case.id}.json"
            write_new(path, dump_json(made.case), force)
            written.append(path)
            if made.known:
                known[known_as(case_digest(made.case), None)] = _entry(made.case, made.known)
    if known:
        file = folder / BEST_KNOWN
        before = read_model(file, BestKnown).cases if file.exists() else {}
        write_new(file, BestKnown(format="crewreturn-best-known/1", cases=before | known).text(), force=True)
    return written


def _entry(case: Case, known: Certified) -> Known:
    value = next(iter(known.levels.values()))
    return Known(
        case=case.id,
        value=value,
        bound=value,
        proof="optimal",
        proven_by=ARGUMENT,
        certified_by=ARGUMENT,
        date=DATE,
        configuration=known.means,
    )


def _without(data: Data, head: Data) -> Data:
    return {key: value for key, value in data.items() if key not in head}
