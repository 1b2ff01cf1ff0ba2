"""Plans put together of pieces: lawful as a whole, never better than the best, and better together where that pays."""

from functools import partial

import pytest

from crewreturn.bench.random_cases import SMALL
from crewreturn.models.objective import Level
from crewreturn.models.plan import Plan
from crewreturn.solver import search
from crewreturn.solver.api import solve
from crewreturn.solver.attempt import LevelFound
from crewreturn.solver.check import evaluate
from crewreturn.solver.engine import Budget
from crewreturn.solver.facts import Facts
from crewreturn.solver.grid import coarse
from crewreturn.solver.piece import others, piece
from crewreturn.solver.pieces import Pieces, divisible
from crewreturn.solver.search import Search, plan_piece


def in_pieces(case, seats=()):
    """The pieces of a case after a run, and the last plan."""
    pieces = Pieces(Facts(case), seats, partial(plan_piece, case.objective[0]), Budget.of(1000))
    *_, plan = pieces.run()
    return pieces, plan


def two_crews(little, **more):
    """Ann in the damaged ship, cat in the sound one, which has a seat to spare."""
    return little.case(
        people=[
            {"id": "ann", "aboard_in": {"vehicle": "old", "group": "couch"}},
            {"id": "cat", "aboard_in": {"vehicle": "new", "group": "couch"}},
        ],
        **more,
    )


def leaves(little, ship, person, on):
    """A plan in which a ship leaves with one person on a day."""
    return Plan.model_validate_json(
        f'{{"departures": [{{"vehicle": "{ship}", "at": "{little.day(on)}"}}], "holds": [{{"person": "{person}", '
        f'"vehicle": "{ship}", "group": "couch", "from": "{little.day(0)}", "to": "{little.day(on)}"}}]}}'
    )


STAFF = [{"id": "crew", "at_least": 1}]


def test_what_others_take(little):
    """`old` leaves on day 4 with ann, and two days lie between any two events.

    For cat in `new`: nothing may happen on days 3, 4 and 5; the port `fore` is taken until day 4; ann counts as staff
    on days 0 to 3. As long as nothing is planned for ann, she counts as somebody who may or may not be there.
    """
    facts = Facts(two_crews(little, traffic={"spacing": "P2D"}, staffing=STAFF))
    plan = leaves(little, "old", "ann", 4)
    given = others(facts, plan, {"ann"}, {"new"}, {"cat"})
    assert given.busy == {3, 4, 5}
    assert given.taken == {"fore": [(-1, 4)]}
    assert given.staffed.tolist() == [[1] * 4 + [0] * 6]
    assert given.open.tolist() == [[0] * 10]
    early = others(facts, Plan(), set(), {"new"}, {"cat"})
    assert (early.busy, early.taken) == (frozenset(), {"fore": [(-1, 10)]})
    assert (early.staffed.tolist(), early.open.tolist()) == ([[0] * 10], [[1] * 10])


def test_a_piece_has_what_others_leave(little):
    """Ann leaves on day 4, and somebody has to be aboard throughout: from then on that is cat.

    The grid of the piece is 0, 1, 5 and 9: the start, the tick after it, the last, and the middle between. The period
    from 1 to 4 holds a day without ann, so cat is asked for from day 1 on. Whoever is undecided may be relied on:
    nothing is asked.
    """
    facts = Facts(two_crews(little, traffic={"spacing": "P2D"}, staffing=STAFF))
    given = others(facts, leaves(little, "old", "ann", 4), {"ann"}, {"new"}, {"cat"})
    part, grid = piece(facts, {"new"}, {"cat"}, given, coarse)
    assert grid == [0, 1, 5, 9]
    assert [person.id for person in part.case.people] == ["cat"]
    assert [ship.id for ship in part.ships] == ["new"]
    assert [(part.span(rule.from_, rule.to), rule.at_least) for rule in part.staffing] == [((1, 10), 1)]
    assert part.blacked_out(part.ships[0], "departure", 5)
    assert not part.blacked_out(part.ships[0], "departure", 6)
    assert not part.blacked_out(part.ships[0], "launch", 4)
    undecided, _ = piece(facts, {"new"}, {"cat"}, others(facts, Plan(), set(), {"new"}, {"cat"}), coarse)
    assert undecided.staffing == []


def test_pieces_are_planned_together_where_that_pays(little):
    """By herself, ann stays in the damaged ship (0.5 in an evacuation); beside cat there is a seat at 0.1.

    Planned together she moves on day 0, which is the best plan of the case. The level counts her move as 5 micromorts.
    """
    case = two_crews(little)
    pieces, plan = in_pieces(case)
    assert len(pieces.pieces) == 1
    assert plan.seat_of("ann", little.day(0)).vehicle == "new"
    best = solve(case)
    assert evaluate(case, plan).objective["burden"] == pytest.approx(best.levels[0].value, abs=1e-3)


def test_ships_and_people_that_data_tie_are_one_piece(little):
    """A rule that `new` leaves a day after `old` at the earliest ties both; so does a suit that fits both people."""
    order = {"id": "turn", "first": {"departure": "old"}, "then": {"departure": "new"}, "at_least": "P1D"}
    shared = [{"id": "s", "type": "sokol", "fits": ["ann", "cat"], "aboard": True}]
    for more in (
        {"traffic": {"precedences": [order]}},
        {"suit_types": [{"id": "sokol"}], "suits": shared},
    ):
        facts = Facts(two_crews(little, **more))
        assert len(Pieces(facts, (), lambda *asked: None, Budget())._joined.parts()) == 1
    assert len(Pieces(Facts(two_crews(little)), (), lambda *asked: None, Budget())._joined.parts()) == 2


@pytest.mark.parametrize("seed", [3, 8, 13, 22, 24, 45, 48, 53, 61, 85, 89, 90, 111, 5011, 5015, 5020, 5038])
def test_plans_of_pieces_are_lawful_and_no_better_than_the_best(draw, seed):
    """Random cases of two to four pieces, some of them planned together in the end.

    The checker accepts the whole, and the proven best is at most its value.

    What the pieces' models count together is at least what the checker counts: a model may count too much, never too
    little.
    """
    level = Level(id="burden", weights={"expected_loss": 1, "reseats": 5, "off_plan_days": 1, "displaced": 100})
    case = draw(seed, SMALL).model_copy(update={"restrictions": (), "alternatives": (), "objective": (level,)})
    pieces, plan = in_pieces(case)
    best = solve(case)
    evaluation = evaluate(case, plan)
    assert evaluation.ok, evaluation.violations
    value = evaluation.objective["burden"]
    assert (best.levels[0].status, best.levels[0].value <= value + 1e-2) == ("optimal", True)
    assert value <= sum(part.value for part in pieces.pieces) / 1e4 + 1e-2


def test_what_is_said_of_everybody_is_not_divided(little):
    """Statements, the worst-off person, supplies and prices of missing staff are about all people at once."""
    facts = Facts(two_crews(little))
    said = Facts(two_crews(little), statements=[("asked", little.say(forbid={"depart": {"vehicle": "old"}}))])
    supplies = Facts(two_crews(little, staffing=[{"id": "food", "at_most_person_days": 10}]))
    lacking = Facts(two_crews(little, staffing=[{"id": "crew", "at_least": 2, "soft": True}]))
    assert divisible(facts, ["expected_loss"])
    assert divisible(lacking, ["expected_loss"])
    assert not divisible(lacking, ["expected_loss", "understaffed_days"])
    assert not divisible(facts, ["worst_person"])
    assert not divisible(said, ["expected_loss"])
    assert not divisible(supplies, ["expected_loss"])


def test_a_case_too_large_for_a_model_has_a_plan_and_a_bound(little, monkeypatch):
    """As if two people were far too many for a model of every tick: the plan is put together, nothing called proven.

    The true optimum lies between bound and value.
    """
    case = two_crews(little)
    best = solve(case).levels[0].value
    monkeypatch.setattr(search, "MANY_PLACES", 0)
    monkeypatch.setattr(search, "MOST_PLACES", 0)
    answer = solve(case)
    monkeypatch.undo()
    assert (answer.status, answer.proven_on) == ("feasible", "tick")
    assert "too large" in answer.message
    assert answer.evaluation.ok
    assert answer.levels[0].bound <= best <= answer.levels[0].value + 1e-6
    assert answer.levels[0].value == pytest.approx(answer.evaluation.objective["burden"])


def test_pieces_that_break_a_rule_together_are_no_plan(little, monkeypatch):
    """A judge who says no (here of a plan in which a ship leaves twice) is believed, and no plan told."""
    case = two_crews(little)
    monkeypatch.setattr(search, "MANY_PLACES", 0)
    monkeypatch.setattr(search, "MOST_PLACES", 0)
    wrong = leaves(little, "old", "ann", 4)
    wrong = wrong.model_copy(update={"departures": wrong.departures * 2})  # it cannot leave twice
    asked = Search(Facts(case), case.objective, Budget(), judge=lambda plan: evaluate(case, wrong))
    found = asked.run()
    assert "pieces" in found.seconds
    assert found.plan is None
    assert found.levels[0].status == "unknown"


def test_the_best_of_a_coarse_grid_is_no_reason_to_give_up_a_better_plan(little):
    """A plan of pieces worth 1 unit is known, and the best of the dates costs more: the known one stays.

    No plan here costs so little; the number stands for a plan on instants that the coarse grid does not have.
    """
    case = two_crews(little)
    asked = Search(Facts(case), case.objective, Budget())
    asked.found.plan, asked.found.levels = Plan(), [LevelFound("feasible", 1)]
    asked._timed("refine", coarse(asked.facts), exact=False)
    assert asked.found.plan is not None
    assert asked.found.levels[0].value == 1


@pytest.mark.parametrize("slow", [True, False])
def test_a_piece_given_up_for_want_of_time_gets_more_before_the_whole_has_no_plan(little, slow):
    """Ann's piece has no plan in the 10 s that a piece has at first, nor with cat's in 60, on this imagined machine.

    Where that time went by, there is four times as much once all else is planned: 240 s for the two, more than the 100
    that they need, and a plan. Where it was found at once that there is none, more time would be in vain.
    """
    asked = []

    def solve(facts, grid, budget, stranding):
        if "ann" in facts.people:
            asked.append(budget.left)
            if budget.left < 100:
                budget.deadline -= 0.9 * budget.left if slow else 0
                return None
        return plan_piece(little.case().objective[0], facts, grid, budget, stranding)

    plans = list(Pieces(Facts(two_crews(little)), (), solve, Budget.of(1000)).run())
    assert bool(plans) == slow
    assert (max(asked) > 100) == slow


@pytest.mark.parametrize(
    ("limit", "seconds"), [(20, {10}), (1000, {10, 60, 40, 240, 160, 500}), (None, {10, 60, 40, 240, 160, 960})]
)
def test_a_piece_that_never_has_a_plan_is_given_up(little, limit, seconds):
    """Each try takes nine tenths of its time, on an imagined clock; then four times as much is given, and once more.

    A piece has 10 s at first, two together 60; so 40 and 240, 160 and 960, but no more than half of what there is: of
    1000 s 500. Of 20 s half is 10 already: nothing is tried in more time.
    """
    asked = set()

    def solve(facts, grid, budget, stranding):
        if "ann" in facts.people:
            asked.add(10 * round(budget.left / 10))
            budget.deadline -= 0.9 * budget.left
            return None
        return plan_piece(little.case().objective[0], facts, grid, budget, stranding)

    assert not list(Pieces(Facts(two_crews(little)), (), solve, Budget.of(limit)).run())
    assert asked == seconds


def test_without_a_time_limit_only_tied_pieces_are_planned_together(little):
    """Two pieces and no word that either's people would sit in the other's ship: they are left as they are.

    With that word both are planned together on their dates, then on the coarse grid, each better than the plan before;
    with a time limit to fill, on the coarse grid only.
    """
    case = two_crews(little)

    def count(seats, budget):
        pieces = Pieces(Facts(case), seats, partial(plan_piece, case.objective[0]), budget)
        return len(list(pieces.run())), len(pieces.pieces)

    new = Facts(case).ship_index["new"]
    assert count((), Budget()) == (1, 2)
    assert count([(1.0, "ann", new)], Budget()) == (3, 1)
    assert count((), Budget.of(1000)) == (2, 1)


def test_the_first_plan_stands_if_a_better_one_breaks_a_rule(little, monkeypatch):
    """The judge accepts the first plan of the pieces and rejects the next: the first is told, with its value."""
    case = two_crews(little)
    monkeypatch.setattr(search, "MANY_PLACES", 0)
    monkeypatch.setattr(search, "MOST_PLACES", 0)
    first = []

    def judge(plan):
        if not first:
            first.append(plan)
            return evaluate(case, plan)
        return evaluate(
            case, plan.model_copy(update={"departures": (*leaves(little, "old", "ann", 4).departures,) * 2})
        )

    told = []
    found = Search(Facts(case), case.objective, Budget.of(1000), told.append, judge=judge).run()
    assert found.plan == first[0]
    value = evaluate(case, first[0]).objective["burden"]
    assert found.levels[0].value == pytest.approx(value * 1e4, abs=1)
    assert [step.value for step in told if step.phase == "piece by piece"] == [None, pytest.approx(value)]


def test_a_piece_has_the_ports_that_its_ships_may_come_to(little):
    """`late` may come to `top` only, which is offered to its piece though other ports are as free.

    A ship that may come anywhere is offered three, those that are free longest: `top` is closed for five days, and
    the two ports of the ships that are there are taken throughout.
    """
    names = ("top", "a", "b", "c")
    ports = [{"id": name, "interface": "ring"} for name in ("fore", "aft", *names)]
    ports[2]["closed"] = [{"from": little.day(2), "to": little.day(7)}]
    way = {"id": "go", "earliest": little.day(7), "latest": little.day(7), "transit": "P1D"}
    late = {"id": "late", "type": "good"}
    for asked, offered in ({"ports": ["top"]}, {"top"}), ({}, {"a", "b", "c"}):
        case = little.case(ports=ports, vehicles=[*little.station()["vehicles"], late | {"launch": [way | asked]}])
        facts = Facts(case)
        part, _ = piece(facts, {"late"}, set(), others(facts, Plan(), set(), {"late"}, set()), coarse)
        assert set(part.ports) == offered
