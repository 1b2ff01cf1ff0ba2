"""The exhaustive oracle on cases whose plans can be counted by hand, and the three solvers against each other."""

from functools import cache

import pytest

from crewreturn.bench.exhaustive import FAMILIES, exhaust
from crewreturn.bench.oracle import hold
from crewreturn.bench.random_cases import FEATURES, random_case
from crewreturn.bench.random_draw import MICRO
from crewreturn.models.case import Case
from crewreturn.models.plan import Plan
from crewreturn.models.statements import Statement
from crewreturn.solver.check import evaluate
from crewreturn.solver.search import FEW_COLUMNS

UNASSURED = [{"id": "unassured", "weights": {"unassured_days": 1.0}}]
ANN, BOB = {"id": "ann", "aboard": True}, {"id": "bob", "aboard": True}
STAYS = {"uncrewed": {"allowed": False}, "nominal": {"allowed": False}}
"""Health of a ship that may not leave at all."""


def day(number):
    return f"2030-01-{number + 1:02d}T00:00:00Z"


def ship_type(name="pod", seats=1, *, group=None, health=None, **more):
    """A type with a group of seats, without suit, liner or crewing of its own, free to leave with people or without."""
    table = {"loss": {max(1, seats): 0.1}}
    return {
        "id": name,
        "interface": "ring",
        "crewing": {"qualified": 0},
        "groups": [{"id": "couch", "seats": [str(n + 1) for n in range(seats)], **(group or {})}] if seats else [],
        "health": {"emergency": table, "nominal": table, "uncrewed": {"allowed": True}, **(health or {})},
        **more,
    }


def docked(name, port, kind="pod", **more):
    return {"id": name, "type": kind, "docked_at": port, **more}


def case(days, *, ports=("p",), **parts):
    """A station with one docked pod, unless told otherwise, and nobody aboard."""
    return Case.model_validate(
        {
            "format": "crewreturn/1",
            "id": "by-hand",
            "title": "By hand",
            "known_at": day(0),
            "horizon": {"start": day(0), "end": day(days)},
            "evacuation": {"rate_per_day": 0.0},
            "ports": [{"id": name, "interface": "ring"} for name in ports],
            "vehicle_types": [ship_type()],
            "vehicles": [docked("pod", "p")],
            "objective": UNASSURED,
            **parts,
        }
    )


def counted(problem, **more):
    """How many plans are made, and how many of them are lawful."""
    found = exhaust(problem, **more)
    assert found.status != "too many"
    assert len({plan.joined() for plan in found.plans}) == found.lawful, "no plan comes twice"
    return found.generated, found.lawful


# ------------------------------------------------------------------------------------------- people, seats, suits


def test_one_seat_and_one_person_who_stay():
    """The ship may not leave. In each of two days Ann holds the seat or does not: 2 x 2 plans; best is both days."""
    problem = case(2, vehicle_types=[ship_type(health=STAYS)], people=[ANN])
    assert counted(problem) == (4, 4)
    found = exhaust(problem)
    assert found.bests == (0.0,)
    assert [(hold.from_.day, hold.to.day) for hold in found.best.holds] == [(1, 3)]


@pytest.mark.parametrize(("empty", "plans"), [(True, 13), (False, 12)])
def test_one_seat_two_people_and_a_ship_that_may_leave(empty, plans):
    """Ann holds the seat at first. In each day of two Ann, Bob or nobody holds it while the ship is there.

    It never leaves: 3 x 3 plans. It leaves on the second day: 3, by who held the seat on the first. It leaves at once,
    with Ann: 1. Where it may not leave without people, one of the three falls away.
    """
    kind = ship_type(health={"uncrewed": {"allowed": empty}})
    ann = {"id": "ann", "aboard_in": {"vehicle": "pod", "group": "couch"}}
    assert counted(case(2, vehicle_types=[kind], people=[ann, BOB])) == (plans, plans)


@pytest.mark.parametrize(("unsuited", "plans"), [({}, 3), ({"emergency": 0.1}, 8)])
def test_one_suit_for_two(unsuited, plans):
    """Two seats with hook-ups, one suit that fits both, one day, a ship that stays.

    If nobody may sit unsuited: nobody, Ann, or Bob sits, suited. If they may, each has no seat, sits suited, or sits
    unsuited: 3 x 3 less the one way in which both wear the suit.
    """
    kind = ship_type(seats=2, group={"hookups": True}, suit="sokol", unsuited=unsuited, health=STAYS)
    suit = {"id": "suit", "type": "sokol", "fits": ["ann", "bob"], "aboard": True}
    parts = {"suit_types": [{"id": "sokol"}], "suits": [suit], "vehicle_types": [kind]}
    assert counted(case(1, people=[ANN, BOB], **parts)) == (plans, plans)


def test_a_suit_worn_home_is_gone():
    """Two pods, one suit that fits both, two days; nobody sits unsuited, pods leave with people only, on day two.

    On the first day: nobody sits (1), or one of two people in one of two pods (4).
    Nobody sat: no pod leaves, and the second day has the same five: 5 plans.
    One sat: if that pod stays, five again, each of 4: 20. If it leaves, the suit is gone and the other sits nowhere: 4.
    """
    kind = ship_type(group={"hookups": True}, suit="sokol", unsuited={}, health={"uncrewed": {"allowed": False}})
    parts = {
        "suit_types": [{"id": "sokol"}],
        "suits": [{"id": "suit", "type": "sokol", "fits": ["ann", "bob"], "aboard": True}],
        "vehicle_types": [kind],
        "vehicles": [docked("one", "p"), docked("two", "q")],
    }
    assert counted(case(2, ports=("p", "q"), people=[ANN, BOB], **parts)) == (29, 29)


def test_qualified_at_the_controls():
    """Two seats at the controls' couch and one beside; only Ann is qualified; one day, a ship that stays.

    Nobody sits: 1. Ann at the couch, Bob nowhere, at the couch or at the bench: 3. Else somebody lacks a qualified
    person at the controls.
    """
    kind = ship_type(seats=2, group={"controls": True}, health=STAYS, crewing={"qualified": 1})
    kind["groups"].append({"id": "bench", "seats": ["3"]})
    kind["health"]["emergency"] = {"loss": {3: 0.1}}
    assert counted(case(1, people=[{**ANN, "qualified": ["pod"]}, BOB], vehicle_types=[kind])) == (4, 4)


# ---------------------------------------------------------------------------------------------------------- ships


@pytest.mark.parametrize(("days", "spacing", "plans"), [(1, 0, 5), (2, 0, 25), (2, 1, 9), (2, 2, 5)])
def test_two_ships_among_three_ports(days, spacing, plans):
    """Two empty ships that may move without people but not leave, and three ports.

    In a day: no move; either to the free port (2); either to the other's port once that has gone to the free one (2).
    They cannot swap. That is 5, wherever they are: 25 in two days. A day's spacing leaves one move a day: 3 x 3. Two
    days leave one in all: none, or two of them on either day: 1 + 2 + 2.
    """
    kind = ship_type(health=STAYS, relocates={"uncrewed": True})
    ships = [docked("one", "p"), docked("two", "q")]
    traffic = {"spacing": f"P{spacing}D"}
    problem = case(days, ports=("p", "q", "r"), vehicle_types=[kind], vehicles=ships, traffic=traffic)
    assert counted(problem) == (plans, plans)


@pytest.mark.parametrize(("ports", "must", "plans"), [(("p",), False, 4), (("p",), True, 3), (("p", "q"), False, 7)])
def test_a_launch_a_day_and_a_day_of_transit(ports, must, plans):
    """Ann stays on the ground. A pod flies empty on any of three days and arrives a day later: on the third, too late.

    Not launched: 1, unless it must be. Launched on the first day, it is there on the second and leaves on the third or
    not: 2. Launched on the second it stays: 1. With another port, where it may come to but not move to, twice those 3.
    """
    option = {"id": "empty", "earliest": day(0), "latest": day(2), "transit": "P1D"}
    ships = [{"id": "pod", "type": "pod", "launch": [option], "must_launch": must}]
    assert counted(case(3, ports=ports, vehicles=ships, people=[{"id": "ann"}])) == (plans, plans)


def test_a_ship_on_its_way_with_somebody_in_it():
    """It arrives on the first or the third of three days with Ann, who then holds its seat in each day or does not.

    It may not leave: 2 x 2 x 2 plans of three days aboard, 2 of one. It cannot dock by itself, but she is in it; it is
    handed over two days later, but to those who did not come in it.
    """
    flight = {"arrivals": [day(0), day(2)], "brings": {"people": ["ann"]}, "handover": "P2D"}
    ship = {"id": "pod", "type": "pod", "launched": "2029-12-31T00:00:00Z", "in_flight": flight}
    kind = ship_type(health=STAYS, automatic_docking=False)
    assert counted(case(3, vehicle_types=[kind], vehicles=[ship], people=[{"id": "ann"}])) == (10, 10)


def test_a_group_that_is_rigged():
    """Not before the second of three days, in a ship that stays: never (1 plan), then with two days for Ann to hold or
    not (4), or on the third day with one (2)."""
    kind = ship_type(group={"rigging": {"not_before": day(1)}}, health=STAYS)
    assert counted(case(3, vehicle_types=[kind], people=[ANN])) == (7, 7)


def test_as_many_aboard_as_there_may_be():
    """Ann and Bob are aboard, the pod leaves with people only, and on the second of two days one has to be left.

    So it leaves on the second day with whoever held its seat on the first: 2 plans. Were staffing left to the checker
    or waived, it could also stay, and on the second day nobody, Ann or Bob holds it, whoever did on the first: 9 more.
    """
    kind = ship_type(health={"uncrewed": {"allowed": False}})
    rule = {"id": "one", "at_least": 1, "at_most": 1, "from": day(1)}
    problem = case(2, vehicle_types=[kind], people=[ANN, BOB], staffing=[rule])
    assert counted(problem) == (2, 2)
    assert counted(problem, unpruned=["staffing"]) == (11, 2)
    assert counted(problem, waive=["one"]) == (11, 11)


@pytest.mark.parametrize(("waived", "plans"), [((), 12), (["pod.leave"], 13)])
def test_a_ship_that_may_not_leave_at_once(waived, plans):
    """Of the 13 plans above just one has the pod leave on the first day, with Ann, who held the seat at first."""
    ships = [docked("pod", "p", leave={"not_before": day(1)})]
    ann = {"id": "ann", "aboard_in": {"vehicle": "pod", "group": "couch"}}
    assert counted(case(2, vehicles=ships, people=[ann, BOB]), waive=waived) == (plans, plans)


def test_docked_life_with_an_added_loss():
    """Ann holds the seat at first; the pod, launched two days before, leaves with people only; three days.

    From the day before the start on a return costs more, from the second day on none is allowed, on the third nobody
    may hold the seat. A return reads the day before: the pod leaves on the first day (1 plan) or, with Ann in it on the
    first, on the second (1); on the third day it cannot. If it stays, Ann holds the seat or not on two days: 4 plans.
    """
    life = [
        {"id": "worn", "after": "P1D", "added_loss": 0.1},
        {"id": "stuck", "after": "P3D", "added_loss": 0.1, "returns": False},
        {"id": "spent", "after": "P4D", "added_loss": 0.1, "returns": False, "holds": False},
    ]
    kind = ship_type(health={"uncrewed": {"allowed": False}}, docked_life=life)
    ships = [docked("pod", "p", launched="2029-12-30T00:00:00Z")]
    ann = {"id": "ann", "aboard_in": {"vehicle": "pod", "group": "couch"}}
    assert counted(case(3, vehicle_types=[kind], vehicles=ships, people=[ann])) == (6, 6)


# --------------------------------------------------------------------------------------------------------- liners


def liner_moved(takes, **few):
    """A ship that stays, Ann's liner in the station, and three days."""
    return case(
        3,
        people=[ANN],
        vehicle_types=[ship_type(group={"needs_liner": "kazbek"}, health=STAYS)],
        liner_kinds=[{"id": "kazbek", "move": {"takes": takes, **few}}],
        liners=[{"id": "liner", "kind": "kazbek", "owner": "ann", "stowed": True}],
    )


@pytest.mark.parametrize(("takes", "plans"), [("P1D", 7), ("PT4H", 27)])
def test_a_stowed_liner_that_the_seat_needs(takes, plans):
    """On each day with her liner in the ship Ann sits or does not.

    A move of a day: none (1 plan); begun on the first day, so that the liner is there for two (4); begun on the second
    (2). Begun on the third, or back on the third, it would not end before the end. Together 7.

    A move of four hours is done the same day, and there may be one a day, either way: any of the three days can be
    those with the liner in the ship, each set of days in one way. With 1 plan for a day without and 2 for a day with
    it: 3 x 3 x 3.
    """
    assert counted(liner_moved(takes)) == (plans, plans)


def test_one_liner_move_in_two_days():
    """Moves of four hours, as above, but not on two days in a row: never, on any one day, or on the first and the last.

    With the liner in the ship on none, three, two, one and two days, each held by Ann or not: 1 + 8 + 4 + 2 + 4 plans.
    """
    assert counted(liner_moved("PT4H", at_most=1, within="P2D")) == (19, 19)


# ------------------------------------------------------------------------- objective, statements, too many, none


@pytest.mark.parametrize(("tolerance", "bests"), [(0.0, (0.0, 1.0)), (1.0, (0.0, 1.0)), (2.0, (0.0, 0.0))])
def test_levels_in_order_with_a_tolerance(tolerance, bests):
    """Two days, Ann without a seat at first: to be seated on both takes one reseat, which a later level counts.

    A day without a seat is no use: the other still takes the reseat. Two days are: then she need not sit at all.
    """
    levels = [
        {"id": "unassured", "weights": {"unassured_days": 1.0}, "tolerance": tolerance},
        {"id": "reseats", "weights": {"reseats": 1.0}},
    ]
    problem = case(2, vehicle_types=[ship_type(health=STAYS)], people=[ANN], objective=levels)
    assert exhaust(problem).bests == bests
    strict = problem.model_copy(
        update={"objective": tuple(x.model_copy(update={"tolerance": 0.0}) for x in problem.objective)}
    )
    assert exhaust(strict).bests_within({"unassured": tolerance}) == bests


@pytest.mark.parametrize(("measure", "value"), [("expected_loss", 12_000), ("worst_person", 7_000)])
def test_the_sum_and_the_worst_off_choose_differently(measure, value):
    """No evacuations, one day. Going home from the barge costs nothing alone and 0.007 each in two, from the pod 0.012.

    16 plans: nobody held a seat before, so both ships may leave at once, empty. Both stay: each of two people has no
    seat or sits in barge or pod, not both in the pod: 8. The pod leaves: 2 x 2. The barge leaves: 3. Both leave: 1.

    The sum is least apart (0 + 0.012), the largest loss least together (0.007); without a seat one is stranded.
    """
    barge, pod = ship_type("barge", 2), ship_type()
    barge["health"]["nominal"] = {"loss": {1: 0.0, 2: 0.007}}
    pod["health"]["nominal"] = {"loss": {1: 0.012}}
    ships = [docked("barge", "p", "barge"), docked("pod", "q")]
    level = {"id": "loss", "weights": {measure: 1.0}}
    problem = case(
        1, ports=("p", "q"), vehicle_types=[barge, pod], vehicles=ships, people=[ANN, BOB], objective=[level]
    )
    assert counted(problem) == (16, 16)
    assert exhaust(problem).bests == pytest.approx((value,))


def test_statements_restrictions_and_what_is_waived():
    """Two days, one seat, Ann or Bob or nobody in it: of 13 plans (see above) Bob goes home in one.

    Whether that is forbidden by the case or beside it, 12 are lawful; required, 1; waived, 13.
    """
    claim = {"return": {"people": ["bob"]}}
    people = [{"id": "ann", "aboard_in": {"vehicle": "pod", "group": "couch"}}, BOB]
    free = case(2, people=people)
    barred = case(2, people=people, restrictions=[{"id": "no", "reason": "by hand", "forbid": claim}])
    assert counted(barred) == (13, 12)
    assert counted(barred, waive=["no"]) == (13, 13)
    assert counted(free, statements=[Statement.model_validate({"forbid": claim})]) == (13, 12)
    assert counted(free, statements=[Statement.model_validate({"require": claim})]) == (13, 1)


def test_changes_against_an_earlier_plan():
    """Ann sat on the first of two days in an earlier plan: of the four plans just that one has no changes."""
    earlier = Plan.model_validate(
        {"holds": [{"person": "ann", "vehicle": "pod", "group": "couch", "from": day(0), "to": day(1)}]}
    )
    level = {"id": "changes", "weights": {"changes": 1.0}}
    problem = case(2, vehicle_types=[ship_type(health=STAYS)], people=[ANN], objective=[level])
    found = exhaust(problem, against=earlier)
    assert sorted(found.values) == [(0.0,), (1.0,), (1.0,), (2.0,)]
    assert found.best.joined() == earlier


def test_too_many_is_no_answer():
    """Four plans: with at most four that is all of them; with three nothing is said but that there are more."""
    problem = case(2, vehicle_types=[ship_type(health=STAYS)], people=[ANN])
    assert exhaust(problem, most_plans=4).status == "optimal"
    found = exhaust(problem, most_plans=3)
    assert (found.status, found.generated, found.lawful, found.best, found.bests) == ("too many", 3, 0, None, ())


def test_no_plan_at_all():
    """Two people have to be aboard, and there is one: nothing is even made. A rule that stops nothing says the same."""
    problem = case(1, people=[ANN], staffing=[{"id": "crew", "at_least": 2}])
    found = exhaust(problem)
    assert (found.status, found.generated, found.best, found.bests) == ("infeasible", 0, None, ())
    found = exhaust(problem, unpruned=["staffing"])
    assert (found.status, found.generated) == ("infeasible", 3)


# ------------------------------------------------------------------------------------------------ what is stopped

STOPS = {
    "blackouts": [29, 87, 98, 100, 130, 140, 192],
    "crewing": [1, 9, 32, 108, 111, 192],
    "departure": [29, 83, 100, 106, 108, 139, 179, 195],
    "health": [1, 106, 179, 523, 1498],
    "launch": [20, 29, 106, 111, 130, 149],
    "liners": [132, 702, 1104, 1516],
    "ports": [29, 32, 36, 111, 114, 169],
    "relocation": [32, 57, 83, 87, 98, 106, 111, 195],
    "rigging": [9, 61, 83, 87, 98, 111],
    "seats": [57, 83, 106, 168, 174],
    "staffing": [762],
    "stay": [57, 106, 956, 1037],
    "suits": [75, 106, 132, 179, 185],
    "traffic": [25, 29, 32, 61, 75, 108, 111, 140],
}
"""By family of rules: random cases with lawful plans in which it stops others."""
MOST = 1000
"""Plans of a random case: judged in half a second."""


@cache
def drawn(seed):
    """A random case and all its plans."""
    problem = random_case(seed, MICRO, features=FEATURES)
    found = exhaust(problem, most_plans=MOST)
    assert found.status != "too many", "random cases have changed: take another seed"
    return problem, found


def lawful(found):
    return {plan.joined() for plan in found.plans}


def test_an_unknown_family():
    with pytest.raises(ValueError, match="no such family: seat"):
        exhaust(case(1), unpruned=["seat"])


@pytest.mark.parametrize("takes", ["P1D", "PT4H"])
def test_no_lawful_move_of_a_liner_is_stopped(takes):
    """Moves to anywhere at any time, the checker alone deciding: the lawful plans stay those counted above."""
    problem = liner_moved(takes)
    found, more = exhaust(problem), exhaust(problem, unpruned=["liners"])
    assert more.generated > found.generated
    assert lawful(more) == lawful(found)


def test_cases_are_known_for_every_family():
    assert STOPS.keys() == FAMILIES


@pytest.mark.parametrize(("family", "seed"), [(family, seed) for family, seeds in STOPS.items() for seed in seeds])
def test_no_lawful_plan_is_stopped(family, seed):
    """What one family of rules stops is left to the checker instead: more plans are made, none of them lawful."""
    problem, found = drawn(seed)
    assert found.lawful, "random cases have changed: take another seed"
    more = exhaust(problem, most_plans=MOST, unpruned=[family])
    assert more.generated > found.generated, "random cases have changed: take another seed"
    assert (more.status, lawful(more)) == ("optimal", lawful(found))


# -------------------------------------------------------------------------------------------- against each other

SECONDS = 60.0
"""Far more than any of these cases needs."""
LAWFUL = sorted({3, 26, 92, 136, 199}.union(*STOPS.values()))
"""Random cases with lawful plans: all those above, in which every family of rules stops something, and larger ones."""
BARREN = [7, 10, 15, 23, 33, 42, 107, 120, 145, 163, 187, 194]
"""Random cases without a lawful plan, some of them with plans that the checker rejects."""
ALTERNATIVES = [100, 106, 107, 109, 114, 115, 136, 143, 151, 154, 168, 171, 187, 192, 195]
"""Random cases with an alternative that has few plans."""


def agreed(problem, waive=(), named=()):
    """What solver, textbook, enumerator and checker agree on, by way of the LP bound and of CP-SAT alike."""
    few_columns = FEW_COLUMNS if len(problem.people) % 2 else 0
    how = {"every_plan": True, "most_plans": MOST, "seconds": SECONDS}
    verdict = hold(problem, few_columns=few_columns, waive=waive, named=named, **how)
    assert verdict.problems == []
    return verdict


@pytest.mark.parametrize("seed", [*LAWFUL, *BARREN])
def test_everybody_agrees_with_the_whole_list_of_plans(seed):
    """Solver and textbook find a plan of the list, each as good as the best in it, or none where there is none."""
    verdict = agreed(drawn(seed)[0])
    assert verdict.status == ("infeasible" if seed in BARREN else "optimal")
    assert verdict.enumerated is not None


@pytest.mark.parametrize("seed", ALTERNATIVES)
def test_everybody_agrees_with_the_whole_list_of_plans_of_an_alternative(seed):
    """With what a rescue alternative says and waives."""
    problem = random_case(seed, MICRO)
    verdicts = [
        agreed(problem, choice.waive, [(choice.id, said) for said in choice.statements])
        for choice in problem.alternatives
    ]
    assert "unfinished" not in {verdict.status for verdict in verdicts}
    assert any(verdict.enumerated is not None for verdict in verdicts)


def test_the_plans_are_what_the_checker_says():
    """Every plan listed obeys every rule, and is worth what the list says."""
    problem, found = drawn(LAWFUL[0])
    for plan, values in zip(found.plans, found.values, strict=True):
        judged = evaluate(problem, plan)
        assert judged.violations == ()
        assert tuple(judged.objective[level.id] for level in problem.objective) == values
