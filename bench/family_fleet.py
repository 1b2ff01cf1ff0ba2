"""A station, its crews and their ships in the making: what the families with rotations have in common.

Crews came in the ships that are docked. Each of those is relieved, as far as there are launches, by a ship with a crew
of its own, and leaves five days after. A damaged ship takes nobody home as planned, so its crew needs seats elsewhere:
its relief may fly empty instead, earlier, and there may be rescue ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ..models.base import write_duration
from .family_dice import Dice
from .family_knobs import BadKnobs, FleetKnobs

Data = dict[str, Any]

START = datetime(2031, 1, 1, tzinfo=UTC)
HANDOVER = 5
"""Days from the arrival of a relief to the departure of the ship it relieves."""
EARLY, LATE = 0.1, 0.78
"""Part of the horizon in which reliefs are planned."""
SEVERAL = 2
"""Contingency places in a ship that has any."""


@dataclass(frozen=True)
class Kind:
    """A kind of ship."""

    id: str
    name: str
    seats: int
    interface: str
    suit: str | None = None
    liner: str | None = None
    cockpit: int = 0
    """Seats with the controls; 0: all of them have controls."""
    uncrewed: bool = True
    """Whether it flies, docks and comes home without people."""
    windows: tuple[tuple[int, int], ...] = ()
    """Days in which it may land with people, counted from the start; any day where empty."""


Berth = tuple[Kind, int]
"""A kind of ship, and how many people come in it."""


@dataclass
class Crew:
    """Who comes in one ship."""

    ship: str
    kind: Kind
    members: list[str]
    back: int
    """Day of the planned return, from the start."""
    damaged: bool = False


@dataclass
class Fleet:
    """A case in the making, as plain data.

    Parameters
    ----------
    knobs
        How large and how scarce.
    dice
        What decides the rest.
    agencies
        Whom people work for.
    """

    knobs: FleetKnobs
    dice: Dice
    agencies: tuple[str, ...]
    kinds: dict[str, Kind] = field(default_factory=dict)
    vehicles: list[Data] = field(default_factory=list)
    people: list[Data] = field(default_factory=list)
    suits: list[Data] = field(default_factory=list)
    liners: list[Data] = field(default_factory=list)
    precedences: list[Data] = field(default_factory=list)
    crews: list[Crew] = field(default_factory=list)
    """Of the docked ships."""
    coming: list[Crew] = field(default_factory=list)
    """Of the reliefs."""
    loose: list[str] = field(default_factory=list)
    """Who is aboard without a seat."""

    @property
    def stay(self) -> int:
        """Days that a crew stays: half a year, or so long that nobody has to be relieved twice."""
        return max(180, -(-8 * self.knobs.days // 10))

    def at(self, day: int) -> str:
        """The instant at which a day begins."""
        return (START + timedelta(days=day)).isoformat().replace("+00:00", "Z")

    # ------------------------------------------------------------------------------------------------- ships

    def dock(self, kind: Kind, size: int, back: int, port: str, *, damaged: bool, contingency: bool) -> None:
        """Let a ship with its crew be docked at the start.

        Parameters
        ----------
        size
            People in its crew.
        back
            Day on which it is planned to go home.
        """
        number = len(self.vehicles) + 1
        name = f"{kind.id}-{number}"
        launched = min(back - self.stay, -self.dice.whole(8, 40))
        ship: Data = {"id": name, "type": self._type(kind), "launched": self.at(launched), "docked_at": port}
        most = kind.seats
        if contingency:
            most += SEVERAL
            place: Data = {"id": "floor", "seats": [f"floor-{n + 1}" for n in range(SEVERAL)], "contingency": True}
            place["from"] = self.at(self.dice.whole(3, 20))
            place["added_loss"] = self._judged(1e-3)
            ship["extra_groups"] = [place]
            steps = {kind.seats + n: round(3e-3 + 7.5e-4 * n * n, 6) for n in range(SEVERAL + 1)}
            tables = {"emergency": steps, "nominal": {number: round(loss - 1e-3, 6) for number, loss in steps.items()}}
            ship["health"] = [
                {purpose: {"at_most": most, "loss": self._table(table)} for purpose, table in tables.items()}
            ]
        if damaged:
            # The harm grows faster than the number of people in it, and nobody plans to go home in it.
            worst = self.dice.number(2e-2, 6e-2)
            table = {n: float(f"{worst * (n / most) ** 2:.3g}") for n in range(1, most + 1)}
            ship["health"] = [
                {"emergency": {"at_most": most, "loss": self._table(table)}, "nominal": {"allowed": False}}
            ]
        self.vehicles.append(ship)
        crew = self._crew(name, kind, size, back, damaged=damaged)
        for seated, person in enumerate(self.people[-size:]):
            group = "seat" if seated >= kind.cockpit else "cockpit"
            seat: Data = {"vehicle": name, "group": group}
            if kind.suit:
                seat["suit"] = f"{kind.suit}-{person['id']}"
            person["aboard_in"] = seat
        for item in self.suits:
            if set(item["fits"]) <= set(crew.members):
                item["aboard"] = True
        for liner in self.liners:
            if liner["owner"] in crew.members and kind.liner:
                liner["in"] = name
        self.crews.append(crew)

    def relieve(self, crew: Crew, kind: Kind, size: int) -> None:
        """Let a ship with a new crew be launched to relieve a docked one."""
        number = len(self.vehicles) + 1
        name = f"{kind.id}-{number}"
        day = crew.back - HANDOVER - 1
        self._type(kind)
        new = self._crew(name, kind, size, day + self.stay, length=self.stay)
        suits = [suit["id"] for suit in self.suits if set(suit["fits"]) <= set(new.members)]
        liners = [liner["id"] for liner in self.liners if liner["owner"] in new.members]
        planned = {"from": self.at(day), "to": self.at(min(day + 14, self.knobs.days))}
        full: Data = {"id": "full", "name": "with its crew, as planned", "planned": planned}
        full |= self._dates(day, day + 30, transit=1)
        full["brings"] = {"people": new.members, "suits": suits, "liners": liners}
        full["ascent_loss"] = self._judged(1.5e-3)
        full["handover"] = "P1D"
        options = [full]
        if crew.damaged and kind.uncrewed:
            ready = max(5, min(day - self.dice.whole(15, 60), day))
            options.insert(0, {"id": "empty", "name": "without a crew"} | self._dates(ready, day + 30, transit=2))
        self.vehicles.append({"id": name, "type": kind.id, "launch": options})
        order: Data = {"id": f"handover-{number}", "first": {"arrival": name}, "then": {"departure": crew.ship}}
        self.precedences.append(order | {"at_least": f"P{HANDOVER}D"})
        self.coming.append(new)

    def rescue(self, kind: Kind) -> None:
        """Let there be a ship that could be launched without a crew, in no plan."""
        number = len(self.vehicles) + 1
        ready = self.dice.whole(10, max(10, self.knobs.days // 3))
        option = {"id": "empty", "name": "without a crew"} | self._dates(ready, ready + self.knobs.days // 2, transit=2)
        self.vehicles.append({"id": f"{kind.id}-{number}", "type": self._type(kind), "launch": [option]})

    def fill(
        self, docked: Sequence[Berth], reliefs: Sequence[Berth], rescues: Sequence[Kind], damaged: int
    ) -> list[Data]:
        """Dock ships with their crews, and let others be launched: a relief for each in turn, then rescue ships.

        Parameters
        ----------
        docked, reliefs
            Kinds of ship with the number of people in each.
        damaged
            How many of the docked ships are.

        Returns
        -------
        list of dict
            The ports: those that the docked ships need, and the free ones of each interface.
        """
        interfaces = sorted({kind.interface for kind, _ in (*docked, *reliefs)} | {kind.interface for kind in rescues})
        taken = dict.fromkeys(interfaces, 0)
        harmed = self._harmed(docked, len(reliefs), damaged)
        sound = [place for place, (kind, _) in enumerate(docked) if kind.liner is None and place not in harmed]
        roomy = set(self.dice.share(sound, self.knobs.contingency))
        backs = self.returns(max(len(reliefs), 1))
        for place, (kind, size) in enumerate(docked):
            taken[kind.interface] += 1
            port = f"{kind.interface.lower()}-{taken[kind.interface]}"
            back = backs[place] if place < len(reliefs) else self.knobs.days + self.dice.whole(10, 60)
            self.dock(kind, size, back, port, damaged=place in harmed, contingency=place in roomy)
        for crew, (kind, size) in zip(self.crews, reliefs, strict=False):
            self.relieve(crew, kind, size)
        for kind in rescues:
            self.rescue(kind)
        self.without_seat(self.knobs.unseated, backs[0])
        return [
            {"id": f"{interface.lower()}-{number + 1}", "interface": interface}
            for interface in interfaces
            for number in range(taken[interface] + self.knobs.free_ports)
        ]

    def _harmed(self, docked: Sequence[Berth], reliefs: int, damaged: int) -> set[int]:
        """Which ships are damaged: as far as it goes such that can be relieved by an empty one."""
        if damaged > len(docked):
            raise BadKnobs(f"{damaged} damaged ships, and {len(docked)} are docked. Damage fewer, or have more aboard.")
        places = range(len(docked))
        helped = [place for place in places if place < reliefs and docked[place][0].uncrewed]
        others = [place for place in places if place not in helped]
        chosen = self.dice.some(helped, damaged)
        return {*chosen, *self.dice.some(others, damaged - len(chosen))}

    def without_seat(self, number: int, back: int) -> None:
        """Let people be aboard without a seat, and with nothing of their own."""
        for count in range(number):
            name = f"guest-{count + 1}"
            self.people.append(
                {"id": name, "agency": self.dice.one(self.agencies), "aboard": True, "launched": self.at(-20)}
                | {"planned_return": self.at(back)}
            )
            self.loose.append(name)

    def give_spares(self, suits: float, liners: float) -> None:
        """Give a share of the people a suit of each kind that they lack, and a share a stowed liner.

        Parameters
        ----------
        suits
            Share of everybody; who is on the ground brings theirs along.
        liners
            Share of those aboard at the start who have none; nobody on the ground brings one for another's ship.
        """
        kinds = sorted({kind.suit for kind in self.kinds.values() if kind.suit})
        aboard = [p["id"] for p in self.people if "aboard_in" in p or "aboard" in p]
        flown = {p: ship for ship in self.vehicles for o in ship.get("launch", ()) for p in brought(o)}
        for person in self.dice.share([p["id"] for p in self.people], suits):
            for suit in kinds:
                item: Data = {"id": f"{suit}-{person}", "type": suit, "fits": [person]}
                if any(item["id"] == known["id"] for known in self.suits):
                    continue
                if person in aboard:
                    item["aboard"] = True
                self.suits.append(item)
                for option in flown.get(person, {}).get("launch", ()):
                    if person in brought(option):
                        option["brings"]["suits"].append(item["id"])
        for liner in sorted({kind.liner for kind in self.kinds.values() if kind.liner}):
            owners = {item["owner"] for item in self.liners}
            for person in self.dice.share([p for p in aboard if p not in owners], liners):
                self.liners.append({"id": f"{liner}-{person}", "kind": liner, "owner": person, "stowed": True})

    # --------------------------------------------------------------------------------------------- the case

    def returns(self, number: int) -> list[int]:
        """Days on which so many docked ships are planned to leave, spread over the horizon."""
        low, high = EARLY * self.knobs.days, LATE * self.knobs.days
        step = (high - low) / max(1, number)
        return [int(low + step * place + self.dice.whole(0, int(step / 2))) + HANDOVER + 1 for place in range(number)]

    def case(self, **more: Any) -> Data:
        """The whole case as plain data.

        Parameters
        ----------
        more
            Fields that replace those made here.
        """
        rate = {
            "mean": self.dice.number(3e-5, 3e-4),
            "error_factor": 10.0,
            "confidence": "judgement",
            "source": INVENTED,
        }
        suits = sorted({kind.suit for kind in self.kinds.values() if kind.suit})
        return {
            "known_at": self.at(0),
            "horizon": {"start": self.at(0), "end": self.at(self.knobs.days)},
            "resolution": write_duration(timedelta(hours=self.knobs.hours)),
            "evacuation": {"rate_per_day": rate},
            "suit_types": [{"id": suit} for suit in suits],
            "vehicle_types": [self._of_type(kind) for kind in self.kinds.values()],
            "vehicles": self.vehicles,
            "people": self.people,
            "suits": self.suits,
            "liners": self.liners,
            "traffic": {"spacing": "P1D", "precedences": self.precedences},
        } | more

    def rules(self, least: int, qualification: str | None = None) -> list[Data]:
        """Rules on who is aboard: how many in all, somebody of the first agency, and somebody qualified."""
        soft = {"soft": True} if self.knobs.staffing == "soft" else {}
        rules: list[Data] = [{"id": "crew", "name": "enough hands", "at_least": least}]
        rules.append(
            {"id": "segment", "name": f"somebody of {self.agencies[0]}", "at_least": 1, "agency": self.agencies[0]}
        )
        if qualification:
            rules.append({"id": "flyer", "name": f"a pilot of {qualification}", "at_least": 1})
            rules[-1]["qualification"] = qualification
        return [rule | soft for rule in rules]

    # ---------------------------------------------------------------------------------------------- details

    def _crew(self, ship: str, kind: Kind, size: int, back: int, length: int = 0, *, damaged: bool = False) -> Crew:
        alike = self.dice.chance(self.knobs.alike)
        home = self.dice.one(self.agencies)
        members = []
        for place in range(size):
            name = f"{ship}-{'pilot' if not place else f'crew-{place}'}"
            person: Data = {"id": name, "agency": home if alike else self.dice.one(self.agencies)}
            # Each agency has somebody in every third ship: otherwise the rule on the segment could not be kept.
            if not place:
                person["agency"] = self.agencies[(len(self.crews) + len(self.coming)) % len(self.agencies)]
                person["qualified"] = [kind.id]
            apart = 0 if alike or not place else place * (1 if self.dice.chance(0.5) else -1)
            if length:
                person |= {"planned_return": f"P{length + apart}D", "earliest_return": f"P{length - 30}D"}
            else:
                person["planned_return"] = self.at(back + apart)
                if back > 30 and not damaged:
                    person["earliest_return"] = self.at(back - 30)
            if kind.suit:
                self.suits.append({"id": f"{kind.suit}-{name}", "type": kind.suit, "fits": [name]})
            if kind.liner:
                self.liners.append({"id": f"{kind.liner}-{name}", "kind": kind.liner, "owner": name})
            self.people.append(person)
            members.append(name)
        return Crew(ship, kind, members, back, damaged)

    def _dates(self, first: int, last: int, transit: int) -> Data:
        end = self.knobs.days - transit - 1
        first = min(first, end)
        return {"earliest": self.at(first), "latest": self.at(max(first, min(last, end))), "transit": f"P{transit}D"}

    def _type(self, kind: Kind) -> str:
        self.kinds.setdefault(kind.id, kind)
        return kind.id

    def _of_type(self, kind: Kind) -> Data:
        seats = [str(number + 1) for number in range(kind.seats)]
        groups: list[Data] = [{"id": "seat", "seats": seats[kind.cockpit :], "controls": not kind.cockpit}]
        if kind.cockpit:
            groups.insert(0, {"id": "cockpit", "seats": seats[: kind.cockpit], "controls": True})
        for group in groups:
            group["hookups"] = kind.suit is not None
            if kind.liner:
                group["needs_liner"] = kind.liner
        made: Data = {"id": kind.id, "name": kind.name, "interface": kind.interface, "launcher": f"{kind.id}-rocket"}
        if kind.suit:
            made |= {"suit": kind.suit, "unsuited": {"emergency": self._judged(4.5e-4)}}
        made["groups"] = groups
        # A sound ship is a sound ship: nothing ranks them.
        made["health"] = {
            "emergency": {"loss": self._table({kind.seats: 3e-3})},
            "nominal": {"loss": self._table({kind.seats: 2e-3})},
            "uncrewed": {"allowed": kind.uncrewed},
        }
        made["docked_life"] = [
            {"id": f"{kind.id}-waived", "after": f"P{self.stay + 30}D", "added_loss": self._judged(5e-4)},
            {"id": f"{kind.id}-expired", "after": f"P{self.stay + 75}D", "holds": False, "returns": False},
        ]
        made["automatic_docking"] = kind.uncrewed
        if kind.windows:
            made["landing_windows"] = [{"from": self.at(first), "to": self.at(last)} for first, last in kind.windows]
        return made

    def _judged(self, value: float) -> Data:
        return {"mean": value, "error_factor": 5.0, "confidence": "judgement", "source": INVENTED}

    def _table(self, losses: dict[int, float]) -> Data:
        return {str(number): self._judged(loss) for number, loss in losses.items()}


INVENTED = "invented by the generator"


def brought(option: Data) -> list[str]:
    """Who comes up in a launch option."""
    people: list[str] = option.get("brings", {}).get("people", [])
    return people
