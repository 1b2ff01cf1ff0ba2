"""What mutants are made of: the shipped cases, random ones, and plans that fit them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any, Literal

from ..models.canonical import dump_json
from ..models.case import Case
from ..models.case_file import case_names, load_case
from ..models.plan import Departure, Hold, LinerMoved, Plan, PlannedLaunch
from .fuzz_walk import spots
from .random_cases import MEDIUM, SMALL, TINY, random_case

RANDOM_BASES = 60
"""Random cases that mutants are made of."""

Kind = Literal["case", "plan"]
Donors = dict[tuple[str, str], list[Any]]
"""Values by the name of their model and the key they stand under."""


@dataclass(frozen=True)
class Base:
    """A valid case with a plan that can be read for it."""

    name: str
    case: Case
    plan: Plan
    text: str | None = None
    """The case as somebody wrote it, with comments; absent for random ones."""

    def document(self, kind: Kind) -> str:
        """The case or the plan as JSON."""
        return self._dumped[kind]

    @cached_property
    def _dumped(self) -> dict[Kind, str]:
        return {"case": dump_json(self.case), "plan": dump_json(self.plan)}


@cache
def bases(count: int = RANDOM_BASES) -> tuple[Base, ...]:
    """The shipped cases, then random ones of three sizes."""
    found = [_shipped(name) for name in case_names()]
    for seed in range(count):
        case = random_case(seed, (TINY, SMALL, MEDIUM)[seed % 3])
        found.append(Base(f"random-{seed}", case, some_plan(case)))
    return tuple(found)


def _shipped(name: str) -> Base:
    case = load_case(name)
    families = resources.files(f"{__name__.split('.')[0]}.instances").iterdir()
    file = next(folder / f"{name}.yaml" for folder in families if (folder / f"{name}.yaml").is_file())
    plan = case.as_decided.plan if case.as_decided is not None else some_plan(case)
    return Base(name, case, plan, file.read_text(encoding="utf-8"))


def some_plan(case: Case) -> Plan:
    """A plan that names what the case has and keeps few of its rules: ships come and go, people keep their seats."""
    time, tick = case.horizon, case.resolution
    launches, departures = [], []
    for number, vehicle in enumerate(case.vehicles):
        if vehicle.docked_at is not None and number % 2 == 0:
            departures.append(Departure(vehicle=vehicle.id, at=time.start + case.ticks // 2 * tick))
        kind = next(kind for kind in case.vehicle_types if kind.id == vehicle.type)
        port = next(port.id for port in case.ports if port.interface == kind.interface)
        if vehicle.in_flight is not None:
            launches.append(PlannedLaunch(vehicle=vehicle.id, arrival=vehicle.in_flight.arrivals[0], port=port))
        for option in vehicle.launch[:1]:
            launch = time.start + case.ticks // 3 * tick
            launches.append(
                PlannedLaunch(vehicle=vehicle.id, option=option.id, launch=launch, arrival=launch + tick, port=port)
            )
    holds = [
        Hold(person=person.id, vehicle=seat.vehicle, group=seat.group, suit=seat.suit, from_=time.start, to=time.end)
        for person in case.people
        if (seat := person.aboard_in) is not None
    ]
    docked = [vehicle.id for vehicle in case.vehicles if vehicle.docked_at is not None]
    moves = [LinerMoved(liner=liner.id, to=docked[-1], begin=time.start + tick) for liner in case.liners if docked]
    return Plan(
        case=case.id,
        launches=tuple(launches),
        departures=tuple(departures),
        liner_moves=tuple(moves),
        holds=tuple(holds),
    )


@cache
def donors(count: int = RANDOM_BASES) -> Donors:
    """Every value of every base by where it stands, so that mutants can be given parts of other cases."""
    found: Donors = defaultdict(list)
    for base in bases(count):
        for kind, model in (("case", Case), ("plan", Plan)):
            for spot in spots(json.loads(base.document(kind)), model):  # type: ignore[arg-type]
                if spot.owner is not None and len(found[spot.owner.__name__, spot.field]) < 200:
                    found[spot.owner.__name__, spot.field].append(spot.value)
    return dict(found)
