"""Handing out ports: by colouring where counting is enough, by name where it is not."""

import pytest

from crewreturn.bench.textbook import solve_textbook
from crewreturn.models.case import Case
from crewreturn.solver.api import solve
from crewreturn.solver.check import evaluate
from crewreturn.solver.colouring import Stay, colour
from crewreturn.solver.engine import Budget, minimise
from crewreturn.solver.extract import Extract, NoPorts
from crewreturn.solver.facts import Facts
from crewreturn.solver.model import Model
from crewreturn.solver.search import Search

PORTS = ["a", "b"]


def test_ships_that_never_meet_share_a_port():
    """The second comes the day the first leaves: departures come before arrivals, so one port is enough."""
    stays = [Stay(1, 0, 5, ("a",)), Stay(2, 5, 9, ("a", "b"))]
    assert colour(stays, PORTS) == {1: "a", 2: "a"}


def test_ships_that_meet_get_ports_of_their_own():
    """Ship 2 may stand at both, ship 3 only at `a`: the first choice for 2 has to be taken back."""
    stays = [Stay(2, 0, 5, ("a", "b")), Stay(3, 2, 4, ("a",))]
    assert colour(stays, PORTS) == {2: "b", 3: "a"}


def test_three_at_once_have_no_two_ports():
    """On day 3 all three are there."""
    assert colour([Stay(n, n, 9, ("a", "b")) for n in range(3)], PORTS) is None


def test_colouring_may_fail_although_counts_suffice():
    """Never more than two ships at two ports, and yet: 3 stands from 4 on and needs a port for good.

    `a` is taken by 1 until 5, `b` by 2 from 6 on (2 may stand nowhere else). Ship 3, there from 4 to 8, would have to
    change from `b` to `a`: only a relocation does that.
    """
    assert colour([Stay(1, 0, 5, ("a",)), Stay(2, 6, 9, ("b",)), Stay(3, 4, 8, ("a", "b"))], PORTS) is None


def test_nobody_needs_nothing():
    """No ships: an empty choice, which is a choice; a ship with no port that would do has none."""
    assert colour([], PORTS) == {}
    assert colour([Stay(1, 0, 2, ())], PORTS) is None


def test_order_of_the_stays_does_not_matter():
    """They are taken by arrival, then by the ships' order in the case."""
    stays = [Stay(5, 3, 6, ("a", "b")), Stay(1, 0, 4, ("a", "b")), Stay(2, 4, 8, ("a", "b"))]
    assert colour(stays, PORTS) == colour(stays[::-1], PORTS) == {1: "a", 5: "b", 2: "a"}


def crossing(little, **relocates):
    """The case of the colouring above, with freighters and one ship that may move.

    `one` stands at fore and leaves on day 5; `mover` arrives on day 4, so at aft, and has to be there through day 7;
    `two` arrives on day 6 and may only come to aft. With two ports that is never more than two ships.
    """
    good = little.ship_type("good", 2, 0.1, 0.01, relocates=relocates)
    still = {"crewed": False, "uncrewed": False}
    freight = {"id": "cargo", "interface": "ring", "health": {"uncrewed": {"allowed": True}}, "relocates": still}

    def fixed(day):
        return {"not_before": little.day(day), "not_after": little.day(day)}

    def coming(name, day, **more):
        return {"id": name, "launched": little.day(-2), "in_flight": {"arrivals": [little.day(day)], **more}}

    return little.case(
        vehicle_types=[good, freight, little.ship_type("bad", 2, 0.5, 0.2, relocates=still)],
        vehicles=[
            {"id": "old", "type": "bad", "docked_at": "own"},
            {"id": "one", "type": "cargo", "docked_at": "fore", "leave": fixed(5)},
            {**coming("mover", 4), "type": "good", "leave": fixed(8)},
            {**coming("two", 6, ports=["aft"]), "type": "cargo"},
        ],
        ports=[
            {"id": "fore", "interface": "ring"},
            {"id": "aft", "interface": "ring"},
            {"id": "own", "interface": "ring"},
        ],
        objective=[{"id": "burden", "weights": {"expected_loss": 1, "reseats": 5, "relocations": 20}}],
        restrictions=[
            {"id": "old-stays", "reason": "policy", "forbid": {"depart": {"vehicle": "old"}}},
        ],
    )


def test_ports_by_name_where_counting_is_not_enough(little):
    """Counting finds a plan, colouring finds no ports for it, and the search asks again with ports by name.

    The mover has to relocate from aft to fore on day 5 or 6 (fore is free from day 5, aft is needed on day 6). The
    textbook model, which always names ports, agrees on the value, and the checker accepts the plan.
    """
    case = crossing(little, crewed=True, uncrewed=True)
    facts = Facts(case)
    counted = Model(facts, range(facts.horizon), case.objective)
    relaxed = minimise(counted.rows, counted.levels[0].cost, Budget())
    with pytest.raises(NoPorts, match="ring"):
        Extract(counted.flow, relaxed.values).plan()
    found = Search(facts, case.objective, Budget.of(30)).run()
    plan = Extract(found.model.flow, found.values).plan()
    assert found.model.flow.explicit_ports == {"ring"}
    assert [(move.vehicle, move.port) for move in plan.relocations] == [("mover", "fore")]
    assert plan.relocations[0].at.isoformat()[:10] in (little.day(5)[:10], little.day(6)[:10])
    verdict = evaluate(case, plan)
    assert verdict.ok
    assert found.model.levels[0].value(found.levels[0].value) == pytest.approx(verdict.objective["burden"], abs=1e-2)
    theirs = solve_textbook(case)
    assert theirs.status == "optimal"
    assert theirs.bests[0] / 1e4 == pytest.approx(verdict.objective["burden"], abs=1e-2)
    assert relaxed.value < found.levels[0].value  # the relocation has a price, which counting did not pay


def test_no_plan_where_ports_by_name_are_needed_and_nothing_may_move(little):
    """The same where the ship may not relocate: counting would have a plan, the station has none."""
    case = crossing(little, crewed=False, uncrewed=False)
    found = Search(Facts(case), case.objective, Budget.of(30)).run()
    assert found.values is None
    assert found.levels[0].status == "infeasible"
    assert solve_textbook(case).status == "infeasible"


def test_a_statement_about_relocations_names_ports_from_the_start(little):
    """Required to relocate: the new ship of the two people's station does so, though nothing else would make it.

    Only fore, aft and a third port; the third is free.
    """
    ports = [{"id": name, "interface": "ring"} for name in ("fore", "aft", "top")]
    kinds = [little.ship_type("bad", 2, 0.5, 0.2), little.ship_type("good", 2, 0.1, 0.01, relocates={"uncrewed": True})]
    price = [{"id": "burden", "weights": {"expected_loss": 1, "reseats": 5, "relocations": 20}}]
    case = little.case(ports=ports, vehicle_types=kinds, objective=price)
    asked = little.say(require={"relocate": {"vehicle": "new", "port": "top"}})
    found = Search(Facts(case, statements=[("asked", asked)]), case.objective, Budget.of(30)).run()
    plan = Extract(found.model.flow, found.values).plan()
    assert [(move.vehicle, move.port) for move in plan.relocations] == [("new", "top")]
    assert evaluate(case, plan, statements=[asked]).ok
    refused = little.say(forbid={"relocate": {"vehicle": "new"}})
    found = Search(Facts(case, statements=[("asked", refused)]), case.objective, Budget.of(30)).run()
    assert Extract(found.model.flow, found.values).plan().relocations == ()


def ring(count, *, spare=0):
    """So many freighters that fill as many ports, and `spare` ports more; each must move on to the next one's port."""
    ports = [f"p{number}" for number in range(count + spare)]
    ships = [f"s{number}" for number in range(count)]
    alone = {"nominal": {"allowed": False}, "emergency": {"allowed": False}, "uncrewed": {"allowed": True}}
    kind = {"id": "freighter", "interface": "x", "automatic_docking": True, "groups": [], "health": alone}
    asked = [
        {"id": f"move-{ship}", "reason": "asked", "require": {"relocate": {"vehicle": ship, "port": port}}}
        for ship, port in zip(ships, [*ports[1:count], ports[0]], strict=True)
    ]
    stays = [{"id": f"keep-{ship}", "reason": "asked", "forbid": {"depart": {"vehicle": ship}}} for ship in ships]
    return Case.model_validate(
        {
            "format": "crewreturn/1",
            "id": "ring",
            "title": "ring",
            "known_at": "2030-01-01T00:00:00Z",
            "horizon": {"start": "2030-01-01T00:00:00Z", "end": "2030-01-04T00:00:00Z"},
            "evacuation": {"rate_per_day": 1e-4},
            "ports": [{"id": port, "interface": "x", "automatic_docking": True} for port in ports],
            "vehicle_types": [{**kind, "relocates": {"crewed": False, "uncrewed": True}}],
            "vehicles": [
                {"id": ship, "type": "freighter", "docked_at": port, "launched": "2029-12-01T00:00:00Z"}
                for ship, port in zip(ships, ports, strict=False)
            ],
            "people": [{"id": "ann"}],
            "traffic": {"spacing": "PT0M"},
            "restrictions": [*asked, *stays],
        }
    )


@pytest.mark.parametrize("count", [2, 3, 4])
def test_ships_that_fill_all_ports_cannot_move_round(count):
    """However many may move in one tick, one must be first, and no port is free for it: no plan, proven."""
    assert solve(ring(count)).status == "infeasible"


@pytest.mark.parametrize("count", [2, 3])
def test_with_a_port_to_spare_ships_move_round(count):
    """One steps aside, each of the others moves up, and the first follows: one relocation more than ships."""
    answer = solve(ring(count, spare=1))
    assert answer.status == "optimal"
    assert answer.evaluation.measures["relocations"] == count + 1
