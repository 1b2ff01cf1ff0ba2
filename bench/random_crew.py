"""Random people with their suits and liners, and the ships that bring more of them."""

from __future__ import annotations

from datetime import timedelta

from .random_draw import Data
from .random_ships import Ships


class Crew(Ships):
    """The people of a random case: aboard, on the ground, or on the way."""

    def draw_people(self) -> None:
        """People aboard, in seats as far as these allow, then people on the ground."""
        for number in range(self.between(self.size.aboard)):
            person = self._person(f"aboard-{number + 1}")
            seats = [(ship, group) for ship in self.vehicles for group in self.groups_of(ship)]
            self.random.shuffle(seats)
            free = [seat for seat in seats if self._is_free(person, *seat)]
            if free and self.chance(0.85):
                self._take(person, *free[0])
            else:
                person["aboard"] = True
                person["launched"] = (self.start - timedelta(days=50, hours=5)).isoformat()
        for number in range(self.between(self.size.ground)):
            self._person(f"ground-{number + 1}")
        for person in self.people:
            self._belongings(person)
            self._stay(person)

    def _person(self, name: str) -> Data:
        person: Data = {"id": name, "agency": self.one(("east", "west")), "qualified": []}
        for kind in self.types[:-1]:
            if self.chance(0.7):
                ends = self.has("qualification-ends", 0.3)
                until = {"for": kind["id"], "until": self.date(0.2, 1.0)}
                person["qualified"].append(until if ends else kind["id"])
        if self.has("body"):
            person["body"] = {"stature_cm": self.one((165.0, 180.0, 190.0))}
        self.people.append(person)
        return person

    def _is_free(self, person: Data, ship: Data, group: Data) -> bool:
        """Whether somebody may hold a seat of the group in the tick before the start."""
        holders = [p["aboard_in"] for p in self.people if p.get("aboard_in", {}).get("vehicle") == ship["id"]]
        passages = [self.kind(ship)["health"].get("emergency", {"loss": {0: 0}})]
        passages += [state["emergency"] for state in ship.get("health", []) if "from" not in state]
        most = passages[-1].get("at_most", max(passages[-1]["loss"]))
        limits = group.get("body", {}).get("stature_cm", {})
        return (
            "docked_at" in ship
            and len(holders) < most
            and sum(seat["group"] == group["id"] for seat in holders) < len(group["seats"])
            and "from" not in group
            and "rigging" not in group
            and person.get("body", {}).get("stature_cm", 0) * self.stretch <= limits.get("at_most", 999)
            and (self._wears(ship, group) or "emergency" in self.kind(ship).get("unsuited", {"emergency": 0}))
        )

    @property
    def stretch(self) -> float:
        """Growth of stature in flight."""
        return 1.03 if "body" in self.on else 1.0

    def _wears(self, ship: Data, group: Data) -> bool:
        return group["hookups"] and "suit" in self.kind(ship)

    def _take(self, person: Data, ship: Data, group: Data) -> None:
        """Seat somebody at the start, with the liner and the suit that this needs."""
        person["aboard_in"] = {"vehicle": ship["id"], "group": group["id"]}
        if self.kind(ship)["id"] not in person["qualified"] and self.chance(0.5):
            person["qualified"] = [*(q for q in person["qualified"] if isinstance(q, str)), self.kind(ship)["id"]]
        if "needs_liner" in group:
            self._liner(person)["in"] = ship["id"]
        if self._wears(ship, group) and ("emergency" not in self.kind(ship)["unsuited"] or self.chance(0.8)):
            suit = self._suit(self.kind(ship)["suit"], [person["id"]])
            suit["aboard"] = True
            person["aboard_in"]["suit"] = suit["id"]

    def _liner(self, person: Data) -> Data:
        self.liners.append({"id": f"liner-{person['id']}", "kind": "kazbek", "owner": person["id"]})
        return self.liners[-1]

    def liner_move(self) -> Data:
        """How liners of a kind are moved, if at all."""
        if self.chance(0.15):
            return {}
        move: Data = {"takes": self.one(("PT4H", "PT0M", "P1D", "PT30H"))}
        if self.chance(0.6):
            move.update({"at_most": self.random.randint(1, 2), "within": self.length(1, 2)})
        return {"move": move}

    def _suit(self, kind: str, fits: list[str]) -> Data:
        self.suits.append({"id": f"suit-{len(self.suits) + 1}", "type": kind, "fits": fits})
        return self.suits[-1]

    def _belongings(self, person: Data) -> None:
        """Further suits and liners, aboard or on the ground."""
        aboard = "aboard" in person or "aboard_in" in person
        if "liners" in self.on and person["id"] not in [liner["owner"] for liner in self.liners] and self.chance(0.8):
            self._liner(person)["stowed"] = aboard and self.chance(0.6)
        for kind in self.types[:-1]:
            if "suit" in kind and self.chance(0.5):
                others = self.some([other["id"] for other in self.people if other is not person], 0)
                suit = self._suit(kind["suit"], [person["id"], *(others if self.chance(0.3) else [])])
                suit["aboard"] = aboard and self.chance(0.6)

    def _stay(self, person: Data) -> None:
        by_length = self.chance(0.4)
        aboard = "aboard" in person or "aboard_in" in person
        if self.has("planned-return"):
            person["planned_return"] = self._return(aboard, 0.2, 0.9) if by_length else self.date(0.2, 0.9)
        if self.has("stay-bounds", 0.4):
            person["earliest_return"] = self._return(aboard, 0.0, 0.3) if by_length else self.date(0.0, 0.3)
            self.waivable.append(f"{person['id']}.earliest_return")
        if self.has("stay-bounds", 0.4):
            person["latest_return"] = self._return(aboard, 0.9, 1.5) if by_length else self.date(0.9, 1.5)
            self.waivable.append(f"{person['id']}.latest_return")

    def _return(self, aboard: bool, low: float, high: float) -> str:
        """A time after launch that ends in a part of the horizon, for those aboard at about day 105 of their stay."""
        first = (timedelta(days=105) if aboard else timedelta(0)) / self.tick
        days = [(first + part * self.ticks) * (self.tick / timedelta(days=1)) for part in (low, high)]
        return f"P{self.random.randint(round(days[0]), round(days[1]))}D"

    # --------------------------------------------------------------------------------------------- launches

    def draw_launches(self) -> None:
        """Ships on the way and on the ground, with the people, suits and liners that they bring."""
        waiting = [person["id"] for person in self.people if person["id"].startswith("ground")]
        suits = [suit["id"] for suit in self.suits if not suit.get("aboard")]
        liners = [liner["id"] for liner in self.liners if not liner.get("stowed") and "in" not in liner]
        if self.has("in-flight"):
            ship = self.ship("coming", self.one(self.types[:-1]))
            if self.chance(0.8):  # most often there is room for it
                self.new_port(self.kind(ship)["interface"])
                self.kind(ship)["automatic_docking"] = True
            ship["launched"] = (self.start - timedelta(hours=30)).isoformat()
            seats = sum(len(group["seats"]) for group in self.groups_of(ship))
            people = self.some(waiting, 0)[:seats] if self.chance(0.6) else []
            dates = sorted(self.random.sample(range(max(2, self.ticks // 3)), self.random.randint(1, 2)))
            waiting = [person for person in waiting if person not in people]
            brings = {"people": people, "suits": self._pick(suits), "liners": self._pick(liners)}
            ship["in_flight"] = {"arrivals": [self.at(tick) for tick in dates], "brings": brings}
            if self.has("handover", 0.5):
                ship["in_flight"]["handover"] = self.length(1, 3)
            for liner in self.liners:
                if liner["id"] in brings["liners"] and self.chance(0.5):
                    liner["in"] = ship["id"]
        planned: set[str] = set()
        for number in range(self.between(self.size.launched)):
            cargo = self.has("cargo", 0.3)
            ship = self.ship(f"ground-ship-{number + 1}", self.types[-1] if cargo else self.one(self.types[:-1]))
            freight = {"suits": self._pick(suits), "liners": self._pick(liners)}
            ship["launch"] = [self._option("empty", ship, freight)]
            seats = sum(len(group["seats"]) for group in self.groups_of(ship))
            people = self.some(waiting, 1)[:seats] if self.has("crewed-options", 0.9) else []
            if people:
                option = self._option("crew", ship, {"people": people, **freight})
                option["ascent_loss"] = self.probability(5e-4, 5e-3)
                if self.has("planned-launch", 0.9) and not planned & set(people):
                    first = self.random.randrange(self.ticks)
                    option["planned"] = {"from": self.at(first), "to": self.at(first + self.random.randint(1, 8))}
                    planned |= set(people)
                ship["launch"] = [option] if self.chance(0.4) else [*ship["launch"], option]
            if self.has("must-launch", 0.3):
                ship["must_launch"] = True
            if self.has("life", 0.5) and not cargo:
                step: Data = {
                    "id": f"{ship['id']}-aged",
                    "after": self.length(2, 6),
                    "added_loss": self.number(1e-4, 5e-3),
                }
                ship["docked_life"] = [step]
                self.waivable.append(step["id"])
            elif not cargo:
                ship["docked_life"] = []

    def _pick(self, items: list[str]) -> list[str]:
        """Some of the items, which are then no longer there to be picked."""
        picked = self.some(items, 0)
        items[:] = [item for item in items if item not in picked]
        return picked

    def _option(self, name: str, ship: Data, brings: Data) -> Data:
        option: Data = {"id": name, "brings": brings}
        first = self.random.randint(0, self.ticks // 2)
        if self.has("opportunities", 0.5):
            ticks = sorted(self.random.sample(range(self.ticks), self.random.randint(1, 3)))
            option["opportunities"] = [{"launch": self.at(tick), "transit": self.length(0, 2)} for tick in ticks]
            option["opportunities"][0] = {"launch": self.at(ticks[0]), "arrival": self.at(ticks[0] + 2)}
        else:
            last = self.at(first + self.random.randint(0, self.ticks))
            option.update({"earliest": self.at(first), "latest": last, "transit": self.length(0, 2)})
            if self.chance(0.3):
                option["every"] = self.length(2, 2).replace("T12H", "") if self.tick == timedelta(days=1) else "P1D"
        ports = [port["id"] for port in self.ports if port["interface"] == self.kind(ship)["interface"]]
        if self.chance(0.3):
            option["ports"] = self.some(ports)
        if self.has("handover", 0.5):
            option["handover"] = self.length(1, 3)
        return option
