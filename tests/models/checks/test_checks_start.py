"""The state in the tick before the start: what cannot be so, where, and with what advice."""

import pytest

SEATED = "or write `aboard: true` instead of `aboard_in`"


@pytest.fixture
def ann(tiny):
    return tiny["people"][0]


@pytest.fixture
def dee(tiny):
    return tiny["people"][3]


def test_four_people_in_three_seats(tiny, dee, refused):
    """All four are named, and the seats they would share. Dee gets a liner, so that only the seat is missing.

    The emergency table is raised to four, as if somebody could sit on the floor: the seats still are three.
    """
    dee["aboard_in"] = {"vehicle": "old", "group": "couch"}
    tiny["liners"].append({"id": "kazbek-dee", "kind": "kazbek", "owner": "dee", "in": "old"})
    tiny["vehicles"][0]["extra_groups"] = [{"id": "floor", "seats": ["x"], "needs_liner": "kazbek"}]
    tiny["vehicle_types"][0]["health"]["emergency"] = {"loss": {"4": 3e-3}}
    refused(
        tiny,
        "people[3].aboard_in.group",
        "ann, bob, cyd and dee hold the 3 seats (l, c and r) of 'couch' in 'old'",
        "Seat somebody elsewhere",
        SEATED,
    )


def test_more_than_may_leave_in_an_emergency(tiny, refused):
    """Since December at most two may leave in the old ship, and three hold its seats on 1 January."""
    tiny["vehicles"][0]["health"][0]["emergency"] = {"loss": {"2": 1e-2}}
    refused(
        tiny,
        "people[2].aboard_in.vehicle",
        "its emergency return allows at most 2 (vehicles[0].health[0].emergency)",
        "seats are held by ann, bob and cyd",
        SEATED,
    )


def test_the_latest_state_before_the_start_counts(tiny, accepted):
    """Listed in any order: of 1 December none may leave, of 15 December three may; from 1 January, none.

    The state of 1 January comes into force with the first tick, when everybody may still move.
    """
    none = {"allowed": False}
    tiny["vehicles"][0]["health"] += [
        {"from": "2022-12-20T00:00:00Z", "emergency": {"loss": {"3": 1e-2}}},
        {"from": "2022-12-01T00:00:00Z", "emergency": none},
        {"from": "2023-01-01T00:00:00Z", "emergency": none},
    ]
    accepted(tiny)


def test_a_ship_that_must_not_be_used_at_all(tiny, dee, refused):
    """Nobody may leave in the ark in an emergency, so Dee holds no seat there."""
    tiny["vehicles"][1]["health"] = [{"emergency": {"allowed": False}}]
    refused(tiny, "people[3].aboard_in.vehicle", "allows none", "held by dee", SEATED)


def test_the_ship_is_docked(tiny, dee, refused):
    """Nobody holds a seat of a ship on the ground, or of one still in flight."""
    dee["aboard_in"] = {"vehicle": "new", "group": "couch"}
    refused(tiny, "people[3].aboard_in.vehicle", "on the ground at the start", "`brings`")


def test_the_group_exists(tiny, dee, refused, accepted):
    """Seats that are added on 1 January do not exist in the tick before; those of 31 December do."""
    tiny["vehicles"][1]["extra_groups"] = [{"id": "pallet", "seats": ["x"], "from": "2023-01-01T00:00:00Z"}]
    dee["aboard_in"]["group"] = "pallet"
    refused(tiny, "people[3].aboard_in.group", "exists only from 2023-01-01T00:00:00Z", "earlier `from`", SEATED)
    tiny["vehicles"][1]["extra_groups"][0]["from"] = "2022-12-31T00:00:00Z"
    accepted(tiny)


def test_the_group_is_rigged(tiny, dee, refused):
    """Rigging is a decision from the start on: what is rigged already needs none."""
    tiny["vehicles"][1]["extra_groups"] = [{"id": "pallet", "seats": ["x"], "rigging": {}}]
    dee["aboard_in"]["group"] = "pallet"
    refused(tiny, "people[3].aboard_in.group", "has to be rigged first", "Leave `rigging` out", SEATED)


def test_the_liner_is_in_the_ship(tiny, refused):
    """Cyd's liner is stowed; a couch counts only while its holder's liner is in that ship."""
    del tiny["liners"][2]["in"]
    tiny["liners"][2]["stowed"] = True
    refused(tiny, "people[2].aboard_in.group", "needs a kazbek liner of 'cyd'", "`in: old`", SEATED)


def test_somebody_else_s_liner_is_no_help(tiny, refused):
    """Three liners in the ship, but two are Bob's."""
    tiny["liners"][2]["owner"] = "bob"
    refused(tiny, "people[2].aboard_in.group", "liner of 'cyd'")


def test_one_suit_serves_one(tiny, refused):
    """Bob in Ann's suit: it neither fits him nor is it free."""
    tiny["suits"][0]["fits"] = ["ann", "bob"]
    tiny["people"][1]["aboard_in"]["suit"] = "sokol-ann"
    refused(tiny, "people[1].aboard_in.suit", "serves another wearer", "people[0].aboard_in.suit", "another suit")


def test_the_suit_is_aboard(tiny, refused):
    """Cyd's spare is still in the cargo ship."""
    tiny["people"][2]["aboard_in"]["suit"] = "spare"
    refused(tiny, "people[2].aboard_in.suit", "on the ground", "spare", "`aboard: true` to 'spare'")


def test_the_suit_fits(tiny, refused):
    """Bob's suit was made for Bob."""
    tiny["people"][1]["aboard_in"].pop("suit")
    tiny["people"][2]["aboard_in"]["suit"] = "sokol-bob"
    refused(tiny, "people[2].aboard_in.suit", "does not fit 'cyd': it fits bob", "another suit")


def test_the_suit_is_of_the_ship_s_type(tiny, refused):
    """An IVA suit has no place on a Sokol hook-up."""
    tiny["suit_types"].append({"id": "iva"})
    tiny["suits"][1]["type"] = "iva"
    refused(tiny, "people[1].aboard_in.suit", "iva suit", "take sokol", "leave it out")


def test_no_suit_without_hook_ups(tiny, dee, ann, refused):
    """The dragon of this case asks for no suit; and a couch without hook-ups serves none."""
    dee["aboard_in"]["suit"] = "spare"
    refused(tiny, "people[3].aboard_in.suit", "asks for no suit", "spare", "Leave it out")
    del dee["aboard_in"]["suit"], tiny["people"][1]["aboard_in"]["suit"]
    tiny["vehicle_types"][0]["groups"][0]["hookups"] = False
    refused(tiny, "people[0].aboard_in.suit", "'couch' has no hook-ups", "sokol-ann", "`hookups: true`")


def test_aboard_with_and_without_a_seat(ann, tiny, refused):
    """`aboard: true` says that Ann is aboard without a seat, `aboard_in` that she holds one: one of them is wrong."""
    ann["aboard"] = True
    refused(tiny, "people[0].aboard", "'ann' is aboard without a seat, yet holds one", "Leave `aboard` out, or")


def test_unsuited_where_that_is_forbidden(tiny, refused):
    """Being unsuited is forbidden unless it has a loss: Cyd, without a suit, holds no valid seat."""
    del tiny["vehicle_types"][0]["unsuited"]
    refused(tiny, "people[2].aboard_in", "'cyd' is unsuited", "forbids", "sokol suit in `suit`", SEATED)


def test_unsuited_because_there_are_no_hook_ups(tiny, dee, refused):
    """The dragon now asks for a suit, without hook-ups for one: naming one would not help, and is not advised."""
    tiny["suit_types"].append({"id": "iva"})
    tiny["vehicle_types"][1]["suit"] = "iva"
    problem = refused(tiny, "people[3].aboard_in", "'dee' is unsuited", "the group has no hook-ups", SEATED)
    assert "`suit`" not in str(problem.advice)


def test_grown_out_of_the_seat(tiny, ann, refused, accepted):
    """164 cm on the ground, 3 % more in weightlessness: 168.92 cm, above the 165 of the couch; 160 cm make 164.8.

    An unknown measure passes.
    """
    tiny["vehicle_types"][0]["groups"][0]["body"] = {"stature_cm": {"at_least": 150, "at_most": 165}}
    accepted(tiny)
    tiny["growth"] = {"stature": 1.03}
    ann["body"] = {"stature_cm": 164}
    refused(tiny, "people[0].aboard_in.group", "'ann' does not fit 'couch' of 'old'", "168.92 is more than 165", SEATED)
    ann["body"] = {"stature_cm": 160}
    accepted(tiny)
    ann["body"] = {"stature_cm": 140}
    refused(tiny, "people[0].aboard_in.group", "144.2 is less than 150")


def test_room_for_liners(tiny, refused):
    """Three couches, four liners: the fourth lies elsewhere."""
    tiny["liners"].append({"id": "kazbek-dee", "kind": "kazbek", "owner": "dee", "in": "old"})
    refused(
        tiny,
        "liners[4].in",
        "'old' has 3 seats for kazbek liners at the start, but holds kazbek-ann, kazbek-bob, kazbek-cyd and kazbek-dee",
        "`stowed: true`",
    )


def test_a_ship_without_seats_for_liners(tiny, refused):
    """The ark's seats take none."""
    tiny["liners"].append({"id": "kazbek-dee", "kind": "kazbek", "owner": "dee", "in": "ark"})
    refused(tiny, "liners[4].in", "'ark' has 0 seats", "holds kazbek-dee", "correct the ship's groups")


def test_a_liner_in_a_ship_on_the_ground(tiny, refused):
    """It is on the ground, and comes if an option of the ship lists it."""
    tiny["liners"].append({"id": "kazbek-fay", "kind": "kazbek", "owner": "fay", "in": "new"})
    refused(tiny, "liners[4].in", "on the ground at the start", "`brings.liners`")


def test_a_liner_in_a_ship_in_flight(tiny, refused, accepted):
    """The ship has to list it; then it may also be said to lie there."""
    tiny["liners"].append({"id": "kazbek-fay", "kind": "kazbek", "owner": "fay", "in": "cargo"})
    refused(tiny, "liners[4].in", "does not list 'kazbek-fay'", "Add it there")
    tiny["vehicles"][3]["in_flight"]["brings"]["liners"] = ["kazbek-fay"]
    accepted(tiny)


def test_a_qualification_twice(tiny, ann, refused):
    """For good, and until a date: which?"""
    ann["qualified"].append({"for": "soyuz", "until": "2023-01-05T00:00:00Z"})
    refused(tiny, "people[0].qualified[1]", "people[0].qualified[0]", "soyuz", "`until`")


def test_launched_after_the_start(tiny, ann, refused):
    """She is aboard at the start."""
    ann["launched"] = "2023-01-02T00:00:00Z"
    refused(tiny, "people[0].launched", "not before the start", "2023-01-02", "it is decided")


def test_launched_yet_on_the_ground(tiny, refused):
    """Eve is brought by a ship that has not left."""
    tiny["people"][4]["launched"] = "2022-09-21T00:00:00Z"
    refused(tiny, "people[4].launched", "neither aboard nor in a ship in flight", "`aboard: true`")


def test_launched_in_a_ship_in_flight(tiny, refused, accepted):
    """Fay is on her way in a ship that was launched on 30 December, not on 29 December."""
    tiny["vehicles"][3]["type"] = "soyuz"
    tiny["vehicles"][3]["in_flight"]["brings"]["people"] = ["fay"]
    tiny["vehicles"][2]["launch"][1]["brings"]["people"] = ["eve"]
    tiny["people"][5]["launched"] = "2022-12-29T00:00:00Z"
    refused(tiny, "people[5].launched", "not when the ship that brings 'fay' was launched", "the ship's counts")
    tiny["people"][5]["launched"] = "2022-12-30T00:00:00Z"
    accepted(tiny)


def test_a_time_after_a_launch_that_nobody_knows(tiny, refused, accepted):
    """Dee is aboard without a seat, 180 days after what?"""
    dee = {"id": "dee", "agency": "nasa", "qualified": ["dragon"], "aboard": True, "planned_return": "P180D"}
    tiny["people"][3] = dee
    refused(tiny, "people[3].planned_return", "nothing says when that was", "Add `launched` to 'dee'", "a date")
    dee["launched"] = "2022-10-05T16:00:00Z"
    accepted(tiny)


def test_bounds_of_a_stay_in_order(tiny, ann, refused):
    """Two dates; two times; and a time after the launch on 21 September 13:54 against a date.

    110 days later is 9 January 13:54, after the 9th's beginning.
    """
    ann |= {"earliest_return": "2023-01-09T00:00:00Z", "latest_return": "2023-01-08T00:00:00Z"}
    refused(tiny, "people[0].latest_return", "before `earliest_return`", "Exchange")
    ann |= {"earliest_return": "P110D", "latest_return": "P100D"}
    refused(tiny, "people[0].latest_return", "before `earliest_return`, P110D", "P100D")
    ann |= {"earliest_return": "P110D", "latest_return": "2023-01-09T00:00:00Z"}
    refused(tiny, "people[0].latest_return", "before `earliest_return`, P110D", "2023-01-09")


def test_a_crew_without_its_pilot_is_a_fact(tiny, ann, accepted):
    """Nobody in the old ship is qualified: no rule is applied to what happened before the start."""
    ann["qualified"] = []
    tiny["people"][4]["qualified"] = ["soyuz"]
    accepted(tiny)


def test_an_expired_ship_is_a_fact(tiny, accepted):
    """Its docked life ended on the 245th day, before the start: an alternative may waive that, so they sit there."""
    tiny["vehicles"][0]["launched"] = "2022-04-01T00:00:00Z"
    tiny["people"][0]["planned_return"] = "2023-01-09T00:00:00Z"
    accepted(tiny)
