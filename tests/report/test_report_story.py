"""What follows from a plan, told person by person, ship by ship and liner by liner."""

from datetime import timedelta

import pytest

from crewreturn.models.case_file import load_case
from crewreturn.models.plan import LinerMoved, Plan, PlannedLaunch
from crewreturn.report.seating import positions
from crewreturn.report.story import Place, Story


@pytest.fixture
def story(case, plan):
    return Story(case, plan)


def test_stays(story, day):
    """Ann and Cat hold seats in `old` in the tick before it leaves on the 8th, so they go home in it; Bob stays."""
    assert [(stay.person.id, stay.end, stay.went_in) for stay in story.stays] == [
        ("ann", day(8), "old"),
        ("bob", day(11), None),
        ("cat", day(8), "old"),
    ]
    assert [person.id for person in story.grounded] == ["dan"]


def test_gap_between_holds(story, day):
    """Between two holds Bob is aboard without a seat: one day, the 5th."""
    bob = story.stays[1]
    assert [(part.begin, part.end, part.hold is None) for part in bob.spans] == [
        (day(1), day(5), False),
        (day(5), day(6), True),
        (day(6), day(11), False),
    ]


def test_departure_at_the_start_takes_who_held_seats_before(case, day):
    """A departure at the very start reads the given state: Ann, Bob and Cat are gone with it, whatever is planned."""
    plan = Plan.model_validate({"departures": [{"vehicle": "old", "at": day(1)}]})
    story = Story(case, plan)
    assert [(stay.went_in, stay.spans) for stay in story.stays] == [("old", ())] * 3
    assert [visit.down for visit in story.visits if visit.vehicle.id == "old"] == [("ann", "bob", "cat")]


def test_visits(story, day):
    """Ships in order of arrival, those there at the start first."""
    assert [(visit.vehicle.id, visit.begin, visit.end, visit.left) for visit in story.visits] == [
        ("old", day(1), day(8), day(8)),
        ("tug-1", day(1), day(3), day(3)),
        ("new", day(4), day(11), None),
    ]
    assert story.letters == {"old": "A", "new": "B"}


def test_liner_of_a_move(story, day):
    """A move of a day and four hours: a tick nowhere, then there; the four hours are inside the tick where it ends."""
    liner = story.liner("bob", "pad")
    assert [story.liner_place(liner, day(n)).kind for n in (4, 5, 6)] == ["ship", "moving", "ship"]
    assert story.liner_place(liner, day(5)) == Place("moving", "new", day(6))
    assert (story.move_takes(liner), story.move_rest(liner)) == (timedelta(days=1), timedelta(hours=4))


def test_liner_left_behind(story, day):
    """Ann takes hers home; it is gone with the ship."""
    assert story.liner_place(story.liner("ann", "pad"), day(8)) == Place("gone", "old")


def test_liners_that_come(small, day):
    """Three liners come in a ship with two couches: the third is stowed, all are on the ground before."""
    brought = [{"id": f"{person}-2", "kind": "pad", "owner": person} for person in ("ann", "bob", "cat")]
    vehicles = [dict(vehicle) for vehicle in small["vehicles"]]
    vehicles[2]["launch"] = [{**vehicles[2]["launch"][0], "brings": {"liners": [liner["id"] for liner in brought]}}]
    case = load_case({**small, "vehicles": vehicles, "liners": [*small["liners"], *brought]})
    launch = PlannedLaunch(vehicle="new", option="empty", launch=day(3), arrival=day(4), port="south")
    moved = LinerMoved(liner="ann-2", begin=day(7))
    story = Story(case, Plan(launches=(launch,), liner_moves=(moved,)))
    three = [liner for liner in case.liners if liner.id.endswith("-2")]
    assert {story.liner_place(liner, day(3)).kind for liner in three} == {"ground"}
    assert [story.liner_place(liner, day(4)).kind for liner in three] == ["ship", "ship", "stowed"]
    assert story.liner_place(three[0], day(8)) == Place("stowed")


def test_certified(story, hold):
    """A couch with a suit is certified; without one, on the mat, or in no known seat it is not."""
    holds = [hold("ann", "old", "couch", 1, 2, "ann-1"), hold("ann", "old", "couch", 1, 2)]
    holds += [hold("ann", "old", "floor", 1, 2, "ann-1"), hold("ann", "moon", "couch", 1, 2, "ann-1")]
    assert [story.certified(held) for held in holds] == [True, False, False, False]


def test_positions(case, plan, hold, day):
    """Ann left, Bob right, Cat on the mat, in the case's order; in `new` the left couch is Bob's, being free."""
    places = positions(Story(case, plan))
    assert [places["ann", day(1)], places["bob", day(1)], places["cat", day(1)]] == ["left", "right", "mat"]
    assert places["bob", day(6)] == "left"


def test_positions_are_kept(case, plan, hold, day):
    """Ann leaves her couch for a while: Bob keeps his through a change of suit, and she finds hers free again."""
    holds = (
        hold("ann", "old", "couch", 1, 3, "ann-1"),
        hold("ann", "old", "couch", 5, 8, "ann-1"),
        hold("bob", "old", "couch", 1, 4, "bob-1"),
        hold("bob", "old", "couch", 4, 8),
    )
    places = positions(Story(case, plan.model_copy(update={"holds": holds})))
    assert [places["bob", day(1)], places["bob", day(4)], places["ann", day(5)]] == ["right", "right", "left"]


def test_more_people_than_seats(case, plan, hold, day):
    """A plan that puts three on two couches is drawn all the same: the third has no position."""
    holds = tuple(hold(person, "old", "couch", 1, 8) for person in ("ann", "bob", "cat"))
    places = positions(Story(case, plan.model_copy(update={"holds": holds})))
    assert places["cat", day(1)] == "?"
