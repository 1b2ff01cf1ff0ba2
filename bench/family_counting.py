"""A station with fewer sound seats than people: a bound by counting, and a plan that meets it.

The case. Crews of three are docked, each in a ship of its own; N people. Some ships are damaged: an emergency return
in them costs more (a number of its own for each, whoever and how many are in it), and nobody comes home in them as
planned. For each there is a planned relief without a crew, launched at its earliest date or later; it is as sound as
the others. Everybody's return is fixed to day T by the bounds on their stay. A rescue ship could come in no plan,
earlier.

The argument. Let `g` be the loss of a sound seat, `q(t)` the chance that the evacuation strikes in tick t, `S(t)` that
it has not struck before, and `R(t)` the seats of the reliefs that can be there by then. `K` people came in sound ships
and fill these exactly.

1. Without the rescue ship at most `K + R(t)` people hold sound seats in tick t, so at least `B(t) = N - K - R(t)` are
   in damaged ships or unassured. Whoever has not yet left their damaged ship (`x(t)` people) is among them: with `b(t)`
   people there, `b >= B` and `b >= x`. The tick costs at least `q(t) * (N g + E(b))`, where `E(b)` is the sum of the b
   smallest excesses over g among the seats of damaged ships.
2. Who came in a damaged ship must reseat: it takes nobody home. A first reseat at t costs `p S(t)`, p its price. As
   `S(t) - S(t + 1) = q(t)`, those first reseats together cost `p (X - sum of q(t) x(t))` for the X people concerned.
3. So ticks and reseats together cost at least `p X + sum of q(t) (N g + E(b(t)) - p x(t))`, and since each excess is
   more than p, this is least for `x(t) = b(t) = B(t)`.
4. Each returns in a sound ship: `N S(T) r`. Nothing else of the burden is negative.
5. The rescue ship costs 10,000 micromorts times S; all that it could save is less (checked when the case is made).
   Being stranded or home on another day is out: the stay is fixed.

The plan that meets the bound: each relief is launched at its earliest date and takes over the crew of the worst damaged
ship that is left; all leave on day T. What the plan costs is asked of the independent checker, and must be the bound.
A second level counts displaced people (none), a third the reseats and liner moves: X of them, as step 2 says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import timedelta

from ..models.case import Case
from ..models.objective import DEFAULT_OBJECTIVE
from ..models.plan import Departure, Hold, Plan, PlannedLaunch
from ..solver.check import evaluate
from .family_dice import Dice
from .family_fleet import START, Data
from .family_known import Certified

CREW = 3
GOOD, HOME = 3e-3, 2e-3
"""Losses of a sound ship: emergency and nominal return."""
MICRO = 1e-6
PRICES = DEFAULT_OBJECTIVE[0].weights
PROOF = (
    "Known best value: in each tick at least so many people are in damaged ships as there are more people than sound "
    "seats, and who came in a damaged ship reseats once; relieving the worst ship first, as early as can be, costs no "
    "more than that."
)


@dataclass
class _Station:
    """What the argument is about."""

    crews: int
    harms: list[float]
    """Emergency loss in each damaged ship."""
    rate: float
    days: int = 60
    home: int = 50
    ready: list[int] = field(default_factory=list)
    """Days on which the reliefs can be there, in order."""

    @property
    def people(self) -> int:
        return CREW * self.crews

    @property
    def harmed(self) -> int:
        return CREW * len(self.harms)

    def survives(self, day: int) -> float:
        return math.exp(-self.rate * day)

    def strikes(self, day: int) -> float:
        return self.survives(day) - self.survives(day + 1)

    def excess(self, number: int) -> float:
        """Sum of the smallest excesses over a sound seat among the seats of damaged ships."""
        seats = sorted(harm - GOOD for harm in self.harms for _ in range(CREW))
        return sum(seats[:number])

    def bound(self) -> float:
        """The least burden in micromorts, as counted."""
        price = PRICES["reseats"] * MICRO
        total = price * self.harmed + self.people * self.survives(self.home) * HOME
        for day in range(self.home):
            bad = self.harmed - CREW * sum(ready <= day for ready in self.ready)
            total += self.strikes(day) * (self.people * GOOD + self.excess(bad) - price * bad)
        return total / MICRO

    def tempts(self) -> bool:
        """Whether the rescue ship could be worth its price."""
        saved = self.excess(self.harmed) * (1 - self.survives(self.home)) + PRICES["reseats"] * MICRO * self.harmed
        return saved >= PRICES["extra_launches"] * MICRO * self.survives(self.days)


def counting(crews: int, damaged: int, dice: Dice) -> tuple[Data, Certified]:
    """A case with fewer sound seats than people, and its best value.

    Parameters
    ----------
    crews
        Crews of three that are docked.
    damaged
        How many of their ships are damaged.

    Raises
    ------
    RuntimeError
        If the plan does not come to what was counted: a defect.
    """
    station = _Station(crews, [dice.number(1e-2, 6e-2) for _ in range(damaged)], dice.number(5e-5, 5e-4))
    station.ready = sorted(dice.whole(4, station.home - 6) for _ in range(damaged))
    while station.tempts():
        station.rate /= 2
    data, plan = _case(station), _plan(station)
    judged = evaluate(Case.model_validate(data | {"format": "crewreturn/1", "id": "counted", "title": "Counted"}), plan)
    bound = station.bound()
    if not judged.ok or abs(judged.objective["burden"] - bound) > MICRO * max(1.0, bound):
        raise RuntimeError(f"counted {bound}, and the plan comes to {judged.objective}: {judged.violations}")
    levels = {"burden": bound, "displaced": 0.0, "moves": float(station.harmed)}
    return data, Certified(levels, PROOF, "counting seats, met by a plan made by hand; the checker priced it")


def _at(day: int) -> str:
    return (START + timedelta(days=day)).isoformat().replace("+00:00", "Z")


def _case(station: _Station) -> Data:
    vehicles: list[Data] = []
    people: list[Data] = []
    for number in range(station.crews):
        ship: Data = {"id": f"ship-{number + 1}", "type": "ship", "docked_at": f"port-{number + 1}"}
        if number < len(station.harms):
            ship["health"] = [
                {"emergency": {"loss": {str(CREW): station.harms[number]}}, "nominal": {"allowed": False}}
            ]
        vehicles.append(ship)
        for place in range(CREW):
            person: Data = {"id": f"person-{number + 1}-{place + 1}", "qualified": ["ship"] if not place else []}
            person |= {f"{bound}_return": _at(station.home) for bound in ("planned", "earliest", "latest")}
            people.append(person | {"aboard_in": {"vehicle": ship["id"], "group": "seat"}})
    for number, day in enumerate(station.ready):
        dates = {"earliest": _at(day - 1), "latest": _at(station.home - 2), "transit": "P1D"}
        planned = {"from": dates["earliest"], "to": _at(station.home)}
        vehicles.append(
            {"id": f"relief-{number + 1}", "type": "ship", "launch": [{"id": "empty", "planned": planned} | dates]}
        )
    early = {"id": "empty", "earliest": _at(1), "latest": _at(station.home - 2), "transit": "P1D"}
    vehicles.append({"id": "rescue", "type": "ship", "launch": [early]})
    losses = {purpose: {"loss": {str(CREW): loss}} for purpose, loss in (("emergency", GOOD), ("nominal", HOME))}
    seats = [str(place + 1) for place in range(CREW)]
    kind = {"id": "ship", "interface": "ring", "groups": [{"id": "seat", "seats": seats, "controls": True}]}
    ports = range(station.crews + len(station.ready))
    return {
        "known_at": _at(0),
        "horizon": {"start": _at(0), "end": _at(station.days)},
        "evacuation": {"rate_per_day": station.rate},
        "ports": [{"id": f"port-{number + 1}", "interface": "ring"} for number in ports],
        "vehicle_types": [kind | {"health": losses | {"uncrewed": {"allowed": True}}}],
        "vehicles": vehicles,
        "people": people,
    }


def _plan(station: _Station) -> Plan:
    """Each relief as early as it can be, for the worst ship that is left; everybody home on the day."""
    worst = sorted(range(len(station.harms)), key=lambda number: -station.harms[number])
    relief = {number: place for place, number in enumerate(worst)}
    day = [START + timedelta(days=number) for number in range(station.days + 1)]
    launches, holds = [], []
    for place, ready in enumerate(station.ready):
        port = f"port-{station.crews + place + 1}"
        name = f"relief-{place + 1}"
        launches.append(
            PlannedLaunch(vehicle=name, option="empty", launch=day[ready - 1], arrival=day[ready], port=port)
        )
    for number in range(station.crews):
        for seat in range(CREW):
            person, ship = f"person-{number + 1}-{seat + 1}", f"ship-{number + 1}"
            changes = [(0, ship)]
            if number in relief:
                changes.append((station.ready[relief[number]], f"relief-{relief[number] + 1}"))
            for (first, held), (last, _) in zip(changes, [*changes[1:], (station.home, "")], strict=True):
                holds.append(Hold(person=person, vehicle=held, group="seat", from_=day[first], to=day[last]))
    leaving = [f"ship-{n + 1}" for n in range(station.crews) if n not in relief]
    leaving += [f"relief-{place + 1}" for place in range(len(station.ready))]
    departures = tuple(Departure(vehicle=name, at=day[station.home]) for name in leaving)
    return Plan(launches=tuple(launches), departures=departures, holds=tuple(holds))
