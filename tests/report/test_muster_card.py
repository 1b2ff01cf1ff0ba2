"""The muster card: everyone aboard is on it once, with a ship or with none."""

from datetime import timedelta

import pytest

from crewreturn.models.case_file import load_case
from crewreturn.report.muster import muster, muster_page


def test_page(case, plan, day):
    """The 2nd: everyone in `old`. Ann and Bob can fly it, Cat sits unsuited on a contingency place."""
    assert muster_page(case, plan, day(2)).splitlines() == [
        "Three in an old ship",
        "MUSTER CARD: if the station must be left on 2030-01-02 UTC",
        "3 people aboard, nobody without a valid seat",
        "",
        "A  Old Ferry at North: 3 people",
        "        seat         suit       liner    remarks",
        "   ---  -----------  ---------  -------  -----------",
        "   Ann  couch left   Blue suit  ann-pad  can fly it",
        "   Bob  couch right  Blue suit  bob-pad  can fly it",
        "   Cat  floor mat    NONE                contingency",
    ]


def test_page_with_somebody_left_out(case, plan, day):
    """The 5th: Bob's liner is on the move, he has no seat, and the card says so; `new` is there and empty."""
    text = muster_page(case, plan, day(5))
    assert "3 people aboard, 1 without a valid seat" in text
    assert "! NO VALID SEAT\n- Bob: liner bob-pad is on the move until 2030-01-06" in text
    assert "Docked with nobody assigned: New Ferry at South." in text


def test_the_hour_asked_for_stands_on_the_card(case, plan, day):
    """A quarter past seven in the evening of the 2nd: the seats are those of the day, the date is what was asked."""
    text = muster_page(case, plan, day(2) + timedelta(hours=19, minutes=15))
    assert "if the station must be left on 2030-01-02 19:15 UTC\n" in text
    assert text.replace(" 19:15", "") == muster_page(case, plan, day(2))


def test_a_safe_haven_for_whoever_has_no_seat(small, plan, day):
    """Bob without a seat is lost for certain in this case, so nothing is added; with a haven, 15 in a hundred times."""
    assert "stays aboard" not in muster_page(load_case(small), plan, day(5))
    text = muster_page(load_case({**small, "loss_unassured": 0.15}), plan, day(5))
    assert "on the move until 2030-01-06\nWho has none stays aboard: loss_unassured 0.15.\n" in text
    assert "stays aboard" not in muster_page(load_case({**small, "loss_unassured": 0.15}), plan, day(2))


def test_data(case, plan, day):
    """Any instant of a day gives the seats of that day, and the day."""
    card = muster(case, plan, day(6) + timedelta(hours=7))
    assert card.at == day(6)
    assert [(ship.vehicle, ship.port, [seat.person for seat in ship.people]) for ship in card.ships] == [
        ("old", "north", ["ann", "cat"]),
        ("new", "south", ["bob"]),
    ]
    seat = card.ships[1].people[0]
    assert (seat.group, seat.position, seat.suit, seat.liner, seat.certified) == (
        "couch",
        "left",
        "bob-1",
        "bob-pad",
        True,
    )
    assert not card.unassured


@pytest.mark.parametrize("number", range(1, 11))
def test_everyone_aboard_is_on_it_once(case, plan, day, number):
    """Three people until the 7th, Bob alone afterwards."""
    card = muster(case, plan, day(number))
    people = [seat.person for ship in card.ships for seat in ship.people] + list(card.unassured)
    assert sorted(people) == (["ann", "bob", "cat"] if number < 8 else ["bob"])


def test_qualification_that_has_ended(small, plan, day):
    """Bob's qualification ends on the 2nd: from then on only Ann can fly it."""
    people = [dict(person) for person in small["people"]]
    people[1]["qualified"] = [{"for": "ferry", "until": "2030-01-02T00:00Z"}]
    case = load_case({**small, "people": people})
    assert [muster_page(case, plan, day(n)).count("can fly it") for n in (1, 2)] == [2, 1]
