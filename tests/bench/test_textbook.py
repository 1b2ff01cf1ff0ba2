"""The textbook model against cases that can be solved by hand, and against the checker on random ones."""

from __future__ import annotations

from typing import Any

import pytest

from crewreturn.bench.random_cases import FEATURES, TINY, random_case
from crewreturn.bench.textbook import TextbookResult, Unsupported, level_unit, solve_textbook
from crewreturn.models.case import Case
from crewreturn.models.statements import Statement
from crewreturn.solver.check import evaluate

LOSS = [{"id": "loss", "weights": {"expected_loss": 1.0}}]
STAY = [{"id": "stay", "reason": "nobody leaves before the end", "forbid": {"return": {"people": "all"}}}]


def day(number: int) -> str:
    return f"2030-01-{number + 1:02d}T00:00:00Z"


def ship_type(name: str, seats: int, emergency: dict[int, float], nominal: dict[int, float], **more: Any) -> Any:
    """A type without suit, liner or crewing of its own."""
    return {
        "id": name,
        "interface": "A",
        "crewing": {"qualified": 0},
        "groups": [{"id": "couch", "seats": [str(number + 1) for number in range(seats)]}],
        "health": {"emergency": {"loss": emergency}, "nominal": {"loss": nominal}, "uncrewed": {"allowed": True}},
        **more,
    }


def docked(name: str, port: str, kind: str | None = None, **more: Any) -> Any:
    return {"id": name, "type": kind or name, "docked_at": port, **more}


def case(days: int, rate: float, **parts: Any) -> Case:
    return Case.model_validate(
        {
            "format": "crewreturn/1",
            "id": "by-hand",
            "title": "By hand",
            "known_at": day(0),
            "horizon": {"start": day(0), "end": day(days)},
            "evacuation": {"rate_per_day": rate},
            "ports": [{"id": name, "interface": "A"} for name in ("p", "q")],
            "objective": LOSS,
            **parts,
        }
    )


def solved(problem: Case, **more: Any) -> TextbookResult:
    """Solve, and let the checker confirm plan and value."""
    result = solve_textbook(problem, **more)
    assert result.status == "optimal"
    assert result.plan is not None
    verdict = evaluate(problem, result.plan, waive=more.get("waive", ()), statements=more.get("statements", ()))
    assert verdict.violations == ()
    for level, value, rounding in zip(problem.objective, result.values, result.roundings, strict=True):
        assert verdict.objective[level.id] * level_unit(level) == pytest.approx(value, rel=1e-12, abs=rounding + 1e-3)
    return result


def micromorts(result: TextbookResult, level: int = 0) -> float:
    return result.values[level] / 1e4


# ------------------------------------------------------------------------------------------------ who sits where


def test_the_only_seat_goes_to_the_one_who_can_fly() -> None:
    """One seat, two people, and only Bob is qualified: Ann, who held it before, must hand it over. Nobody may leave.

    With a rate of 0.01 a day, an evacuation strikes within the two days with chance 1 - exp(-0.02) = 0.019801327. In
    one Bob is lost with chance 0.1 and Ann surely: 1.1 x 0.019801327 = 0.021781459. If none struck (0.980198673), Bob
    comes home at a loss of 0.01 and Ann is stranded: 1.01 x 0.980198673 = 0.990000660. Together 1.011782119.
    """
    kind = ship_type("pod", 1, {1: 0.1}, {1: 0.01}, crewing={"qualified": 1})
    people = [
        {"id": "ann", "aboard_in": {"vehicle": "pod", "group": "couch"}},
        {"id": "bob", "aboard": True, "qualified": ["pod"]},
    ]
    parts: Any = {"vehicle_types": [kind], "vehicles": [docked("pod", "p")], "people": people}
    result = solved(case(2, 0.01, restrictions=STAY, **parts))
    assert result.plan is not None
    assert [(hold.person, hold.from_.day, hold.to.day) for hold in result.plan.holds] == [("bob", 1, 3)]
    assert micromorts(result) == pytest.approx(1_011_782.119, abs=1e-3)


def test_the_worst_off_person_and_the_sum_choose_differently() -> None:
    """Without evacuations only the return counts: alone in the barge 0.0, two there 0.007 each, in the pod 0.012.

    The sum is least apart (0 + 0.012 = 12,000 umort against 14,000), the largest loss is least together (7,000 umort
    against 12,000).
    """
    kinds = [
        ship_type("barge", 2, {2: 0.0}, {1: 0.0, 2: 0.007}),
        ship_type("pod", 1, {1: 0.0}, {1: 0.012}),
    ]
    people = [{"id": name, "aboard": True} for name in ("ann", "bob")]
    parts: Any = {"vehicle_types": kinds, "vehicles": [docked("barge", "p"), docked("pod", "q")], "people": people}
    assert micromorts(solved(case(1, 0.0, **parts))) == 12_000
    worst = [{"id": "worst", "weights": {"worst_person": 1.0}}]
    assert micromorts(solved(case(1, 0.0, objective=worst, **parts))) == 7_000


# ----------------------------------------------------------------------------------------- launches, departures


@pytest.mark.parametrize(("damaged", "launches", "value"), [(0.012, 0, 12_000), (0.015, 1, 13_000)])
def test_a_replacement_is_launched_only_if_it_saves_its_price(damaged: float, launches: int, value: float) -> None:
    """An unplanned replacement costs 10,000 umort and brings Ann home at 0.003, her own ship at 0.012 or 0.015.

    Saved are 9,000 umort (less than the price: stay, 12,000) or 12,000 (more: launch, 3,000 + 10,000 = 13,000).
    """
    option = {"id": "empty", "earliest": day(0), "latest": day(3), "transit": "P1D"}
    problem = case(
        4,
        0.0,
        vehicle_types=[ship_type("old", 1, {1: 0.0}, {1: damaged}), ship_type("new", 1, {1: 0.0}, {1: 0.003})],
        vehicles=[docked("old", "p"), {"id": "new", "type": "new", "launch": [option]}],
        people=[{"id": "ann", "aboard_in": {"vehicle": "old", "group": "couch"}}],
        objective=[{"id": "burden", "weights": {"expected_loss": 1.0, "extra_launches": 10_000.0}}],
    )
    result = solved(problem)
    assert result.plan is not None
    assert len(result.plan.launches) == launches
    assert micromorts(result) == value


def test_people_leave_on_the_last_day_on_which_their_ship_was_sound() -> None:
    """From day 3 on the loss of a return is 0.02, not 0.01; Ann is to stay until day 5 of 6, a day off costs 100.

    A departure on day 3 reads the day before, so it is still sound: 10,000 + 2 days early = 10,200 umort. Day 2 costs
    10,300; to stay until day 5 costs 20,000.
    """
    worse = {"from": day(3), "nominal": {"loss": {1: 0.02}}}
    problem = case(
        6,
        0.0,
        vehicle_types=[ship_type("pod", 1, {1: 0.0}, {1: 0.01})],
        vehicles=[docked("pod", "p", health=[worse])],
        people=[{"id": "ann", "aboard_in": {"vehicle": "pod", "group": "couch"}, "planned_return": day(5)}],
        objective=[{"id": "burden", "weights": {"expected_loss": 1.0, "off_plan_days": 100.0}}],
    )
    result = solved(problem)
    assert result.plan is not None
    assert [departure.at.day for departure in result.plan.departures] == [4]
    assert micromorts(result) == 10_200


def test_with_nobody_aboard_the_statement_that_needs_somebody_has_no_plan() -> None:
    """A ship without people cannot depart with people in it: infeasible, and said so only after a second run."""
    problem = case(2, 0.0, vehicle_types=[ship_type("pod", 1, {1: 0.0}, {1: 0.0})], vehicles=[docked("pod", "p")])
    crewed = Statement.model_validate({"require": {"depart": {"vehicle": "pod", "crewed": True}}})
    result = solve_textbook(problem, statements=[crewed])
    assert (result.status, result.plan, result.values) == ("infeasible", None, [])
    empty = Statement.model_validate({"require": {"depart": {"vehicle": "pod", "crewed": False}}})
    departing = solved(problem, statements=[empty]).plan
    assert departing is not None
    assert len(departing.departures) == 1


# ------------------------------------------------------------------------------------------------------- liners


def liner_case(takes: str) -> Case:
    kinds = [ship_type("old", 1, {1: 0.5}, {1: 0.0}), ship_type("new", 1, {1: 0.0}, {1: 0.0})]
    for kind in kinds:
        kind["groups"][0]["needs_liner"] = "kazbek"
    return case(
        4,
        0.01,
        liner_kinds=[{"id": "kazbek", "move": {"takes": takes}}],
        vehicle_types=kinds,
        vehicles=[docked("old", "p"), docked("new", "q")],
        people=[{"id": "ann", "aboard_in": {"vehicle": "old", "group": "couch"}}],
        restrictions=STAY,
        liners=[{"id": "liner", "kind": "kazbek", "owner": "ann", "in": "old"}],
        objective=[{"id": "burden", "weights": {"expected_loss": 1.0, "reseats": 5.0, "liner_moves": 5.0}}],
    )


def test_a_liner_is_moved_if_the_way_is_shorter_than_the_danger() -> None:
    """In an evacuation Ann's ship kills half the people, the other one nobody; every seat needs its holder's liner.

    Rate 0.01: S is 1, 0.990049834, 0.980198673, ..., 0.960789439 at the end of day 4. To stay costs 0.5 x (1 -
    0.960789439) = 0.019605280. A move of a day leaves her without a seat for that day: 1 - 0.990049834 = 0.009950166;
    with 5 umort for the move at S = 1 and 5 for the seat at S = 0.99005: 9,950.166 + 5 + 4.950 = 9,960.116 umort.
    """
    result = solved(liner_case("P1D"))
    assert result.plan is not None
    assert [(move.to, move.begin.day) for move in result.plan.liner_moves] == [("new", 1)]
    assert micromorts(result) == pytest.approx(9_960.116, abs=1e-3)


def test_a_liner_stays_if_the_way_is_longer_than_the_danger() -> None:
    """A move of two days costs 1 - 0.980198673 = 0.019801327 of exposure, more than the 0.019605280 of staying."""
    result = solved(liner_case("P2D"))
    assert result.plan is not None
    assert result.plan.liner_moves == ()
    assert micromorts(result) == pytest.approx(19_605.280, abs=1e-3)


def test_a_move_within_a_tick_charges_its_rest() -> None:
    """Four hours are no whole day: the liner is in its new place at once, and the sixth of a day is charged on top.

    1 - exp(-0.01/6) = 0.001665279 at S = 1, nothing in the new ship, and 5 + 5 umort at S = 1: 1,675.279 umort.
    """
    result = solved(liner_case("PT4H"))
    assert micromorts(result) == pytest.approx(1_675.279, abs=1e-3)


# -------------------------------------------------------------------------------------------------------- levels


A_COUNT = 14_400_000
"""One move in a level that counts nothing down: 1440 x 10^4 units, as documented."""


def test_levels_follow_each_other_within_the_tolerance() -> None:
    """Two ships, 0.010 and 0.011 at the end, Ann in the worse one; the second level counts her moves.

    Without tolerance the first level wins: 10,000 umort and one move. With a tolerance of 1,000 umort the second may
    give the gain back: no move, at 11,000; the best value of the first level is still told.
    """
    parts: Any = {
        "vehicle_types": [ship_type("old", 1, {1: 0.0}, {1: 0.011}), ship_type("new", 1, {1: 0.0}, {1: 0.010})],
        "vehicles": [docked("old", "p"), docked("new", "q")],
        "people": [{"id": "ann", "aboard_in": {"vehicle": "old", "group": "couch"}}],
    }
    moves = {"id": "moves", "weights": {"reseats": 1.0}}
    strict = solved(case(1, 0.0, objective=[*LOSS, moves], **parts))
    assert strict.values == [10_000 * 10_000, A_COUNT]
    loose = solved(case(1, 0.0, objective=[{**LOSS[0], "tolerance": 1_000.0}, moves], **parts))
    assert (loose.values, loose.bests[0]) == ([11_000 * 10_000, 0], 10_000 * 10_000)


def test_what_is_left_out_is_named() -> None:
    """`changes` compares with an earlier plan, which this model does not know."""
    problem = case(1, 0.0, objective=[{"id": "changes", "weights": {"changes": 1.0}}])
    with pytest.raises(Unsupported, match="changes"):
        solve_textbook(problem)


# -------------------------------------------------------------------------------------------------- random cases


@pytest.mark.parametrize("seed", range(30))
def test_the_checker_finds_the_same_value_on_random_cases(seed: int) -> None:
    """Whole units here and the checker's floats are two readings of one formula: they differ by half a unit a part.

    `worst_person` is left to a test by hand above, since the two read it differently for people who leave at once.
    """
    problem = random_case(seed, TINY, features=FEATURES - {"worst-person"})
    result = solve_textbook(problem, time_limit=20.0)
    assert result.status in ("optimal", "infeasible", "feasible")
    if result.plan is None:
        return
    verdict = evaluate(problem, result.plan)
    assert verdict.violations == ()
    for level, value, rounding in zip(problem.objective, result.values, result.roundings, strict=True):
        assert verdict.objective[level.id] * level_unit(level) == pytest.approx(value, rel=1e-9, abs=rounding + 1e-3)


def test_random_cases_are_the_same_for_the_same_seed() -> None:
    """Equal seeds, equal cases; and a feature that is switched off does not occur."""
    assert random_case(7) == random_case(7)
    assert random_case(7) != random_case(8)
    assert all(not random_case(seed, features=FEATURES - {"suits"}).suits for seed in range(20))
    with pytest.raises(ValueError, match="no such feature: suit"):
        random_case(1, features={"suit"})


def test_random_cases_draw_on_the_whole_schema() -> None:
    """Of 60 tiny cases some have each kind of thing: otherwise comparing on them would show little."""
    cases = [random_case(seed, TINY) for seed in range(60)]
    for part in ("suits", "liners", "staffing", "hazards", "restrictions", "alternatives"):
        assert any(getattr(entry, part) for entry in cases), part
    assert any(ship.in_flight for entry in cases for ship in entry.vehicles)
    assert any(option.planned for entry in cases for ship in entry.vehicles for option in ship.launch)
