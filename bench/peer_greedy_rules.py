"""What the planner without search knows of the rules that do not depend on where everybody sits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from ..models.case import Case
from ..models.crew import Liner
from ..models.fleet import SeatGroup
from ..models.statements import Claim, Statement
from .textbook_dates import BEFORE, Coming, Dates
from .textbook_ships import _in_order


class Rules:
    """Dates, traffic so far and statements of a question."""

    def __init__(self, case: Case, waive: Collection[str], statements: Sequence[Statement]) -> None:
        self.case, self.waive = case, waive
        self.dates = Dates(case, frozenset(waive))
        laid_down = [rule for rule in case.restrictions if rule.id not in waive]
        self.forbidden: list[Claim] = [x.forbid for x in (*laid_down, *statements) if x.forbid is not None]
        self.required: list[Claim] = [x.require for x in (*laid_down, *statements) if x.require is not None]
        self.spacing = self.dates.ticks_up(case.traffic.spacing)
        self.traffic: dict[int, str] = {}
        self.reserved: dict[int, str] = {}
        """Ticks at which a ship has its only chance."""
        self.happened: dict[tuple[str, str], datetime | None] = {}
        self.moves: list[tuple[str, int]] = []
        """Kind and begin of every liner move."""
        for ship in case.vehicles:
            if ship.docked_at is not None:
                self.happened["arrival", ship.id] = None
                chances = [t for t in self.dates.ticks if self.could_leave(ship.id, ship.docked_at, 0, t)]
                if self.dates.leave(ship.id)[2] and len(chances) == 1:
                    self.reserved[chances[0]] = ship.id
            elif ship.in_flight is not None or ship.must_launch:
                arrivals = {coming.arrival for coming in self.dates.comings[ship.id]}
                if len(arrivals) == 1:
                    self.reserved[min(arrivals)] = ship.id
            if ship.docked_at is not None or ship.in_flight is not None:
                self.happened["launch", ship.id] = ship.launched

    # --------------------------------------------------------------------------------------------------- traffic

    def spaced(self, vehicle: str, tick: int) -> bool:
        """Whether traffic at a tick keeps its distance from all other traffic."""
        near = range(tick - self.spacing + 1, tick + self.spacing)
        others = [ship for other, ship in self.reserved.items() if other in near]
        return not any(other in near for other in self.traffic) and all(ship == vehicle for ship in others)

    def note(self, kind: str, vehicle: str, tick: int) -> None:
        """Remember that something happens."""
        self.happened[kind, vehicle] = self.dates.instant(tick)
        if kind != "launch":
            self.traffic[tick] = vehicle
            self.reserved = {other: ship for other, ship in self.reserved.items() if ship != vehicle}

    def ordered(self, kind: str, vehicle: str, tick: int) -> bool:
        """Whether an event at a tick obeys the precedences with all that has happened."""
        event, now = (kind, vehicle), self.dates.instant(tick)
        for rule in self.case.traffic.precedences:
            if rule.id in self.waive:
                continue
            first, then = (rule.first.kind, rule.first.vehicle), (rule.then.kind, rule.then.vehicle)
            if event == then:
                if first in self.happened:
                    if not _in_order(self.dates, rule, self.happened[first], now):
                        return False
                elif rule.requires:
                    return False
            later = event == first and then in self.happened
            if later and not _in_order(self.dates, rule, now, self.happened[then]):
                return False
        return True

    def could_leave(self, vehicle: str, port: str, crew: int, tick: int) -> bool:
        """Whether dates and health let a ship leave with so many people."""
        dates, kind = self.dates, self.dates.kind(vehicle)
        first, last, _ = dates.leave(vehicle)
        if not first <= tick <= last or dates.blackout(vehicle, "departure", tick, port):
            return False
        if not crew:
            return dates.leaves_alone(vehicle, tick - 1)
        in_window = kind.landing_windows is None or dates.inside_any(kind.landing_windows, tick)
        return in_window and crew <= dates.passage(vehicle, "nominal", tick - 1).most

    def closed_from(self, port: str, tick: int) -> list[int]:
        """Ticks from this one on in which a port is closed."""
        closed = self.dates.ports[port].closed
        return [later for later in range(tick, self.dates.end) if self.dates.inside_any(closed, later)]

    # ---------------------------------------------------------------------------------------------------- people

    def able(self, vehicle: str, person: str, tick: int) -> bool:
        """Whether a person may fly a ship."""
        kind = self.dates.kind(vehicle)
        return self.dates.qualified(person, kind.crewing.qualification or kind.id, tick)

    def crewed(self, vehicle: str, crew: Mapping[str, SeatGroup], tick: int) -> bool:
        """Whether a ship has the qualified people that it needs, one of them at the controls if it has any."""
        wanted = self.dates.kind(vehicle).crewing.qualified
        if not crew or not wanted:
            return True
        able = [person for person in crew if self.able(vehicle, person, max(tick, BEFORE))]
        controls = any(group.controls for group in self.dates.groups(vehicle))
        return len(able) >= wanted and (not controls or any(crew[person].controls for person in able))

    def staffed(self, aboard: Collection[str], tick: int, *, fewest: bool) -> bool:
        """Whether these people aboard are enough (else: not too many) for the firm rules on staffing in a tick."""
        for rule in self.case.staffing:
            if rule.soft or rule.id in self.waive or not self.dates.inside(rule, tick):
                continue
            number = sum(
                (rule.agency is None or self.dates.people[person].agency == rule.agency)
                and (rule.qualification is None or self.dates.qualified(person, rule.qualification, tick))
                for person in aboard
            )
            if fewest and rule.at_least is not None and number < rule.at_least:
                return False
            if not fewest and rule.at_most is not None and number > rule.at_most:
                return False
        return True

    # ---------------------------------------------------------------------------------------------------- claims

    def barred(self, claim: Claim, vehicle: str, crew: Sequence[str], tick: int) -> bool:
        """Whether a statement forbids that the ship leaves with these people."""
        returns, departs = claim.return_, claim.depart
        if returns is not None and returns.vehicle in (None, vehicle) and self.dates.inside(returns, tick):
            return any(returns.people == "all" or person in returns.people for person in crew)
        if departs is not None and departs.vehicle == vehicle and self.dates.inside(departs, tick):
            return departs.crewed in (None, bool(crew))
        return False

    def barred_launch(self, claim: Claim, vehicle: str, coming: Coming) -> bool:
        """Whether a statement forbids a launch."""
        said = claim.launch
        if said is None or said.vehicle != vehicle or coming.option is None or coming.launch is None:
            return False
        return said.option in (None, coming.option.id) and self.dates.inside(said, coming.launch)

    # ---------------------------------------------------------------------------------------------------- things

    def begun(self, group: SeatGroup, tick: int) -> bool:
        """Whether a seat group exists in a tick."""
        return group.from_ is None or self.dates.up(group.from_) <= tick

    def move_ends(self, liner: Liner, tick: int) -> int | None:
        """When a move of a liner that begins now would end; None if it cannot begin."""
        kind = next(entry for entry in self.case.liner_kinds if entry.id == liner.kind)
        if kind.move is None:
            return None
        end = tick + kind.move.takes // self.dates.tick
        if kind.move.at_most is not None and kind.move.within is not None:
            span = self.dates.ticks_up(kind.move.within)
            begun = sum(other == kind.id and tick - span < begin for other, begin in self.moves)
            if begun >= kind.move.at_most:
                return None
        return end if end < self.dates.end else None

    def note_move(self, liner: Liner, tick: int) -> None:
        """Remember that a move begins."""
        self.moves.append((liner.kind, tick))
