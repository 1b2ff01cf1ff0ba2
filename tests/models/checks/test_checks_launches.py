"""Launch options: what is refused, where, and with what advice."""

import pytest


@pytest.fixture
def crewed(tiny):
    """The option that brings Eve and Fay."""
    return tiny["vehicles"][2]["launch"][1]


def test_chances_add_up_to_one(tiny, crewed, refused):
    """0.9 + 0.17 + 0.03 = 1.1; on time is what the others leave, 0.8."""
    crewed["outcomes"]["on_time"] = 0.9
    refused(tiny, "vehicles[2].launch[1].outcomes", "do not add up to 1", "got 1.1", "`on_time` be 0.8")


def test_chances_add_up_within_rounding(tiny, crewed, accepted):
    """0.7 + 0.2 + 0.1 is 0.9999999999999999 in doubles."""
    crewed["outcomes"] = {"on_time": 0.7, "late": {"by": "P1D", "chance": 0.2}, "lost": {"mean": 0.1}}
    accepted(tiny)


@pytest.mark.parametrize("side", ["from", "to"])
def test_a_planned_window_has_both_ends(tiny, crewed, refused, side):
    """Displacement falls due at the window's end, and is avoided by a launch after its beginning."""
    del crewed["planned"][side]
    refused(tiny, "vehicles[2].launch[1].planned", f"no `{side}`", f"Add `{side}`")


def test_opportunities_are_in_order(tiny, crewed, refused):
    """Two opportunities on one date could not be told apart; a later one listed first is a slip."""
    crewed["opportunities"][1] = {"launch": "2023-01-05T00:00:00Z", "transit": "P2D"}
    refused(
        tiny,
        "vehicles[2].launch[1].opportunities[1].launch",
        "not later than vehicles[2].launch[1].opportunities[0].launch",
        "in order",
    )


def test_an_arrival_before_its_launch(tiny, crewed, refused):
    """Launched on the 7th, arrived on the 6th."""
    crewed["opportunities"][1]["arrival"] = "2023-01-06T00:00:00Z"
    refused(tiny, "vehicles[2].launch[1].opportunities[1].arrival", "before the launch, 2023-01-07", "later arrival")


def test_planned_in_two_options(tiny, refused):
    """Eve's planned launch is what `deferred` and `displaced` are counted from: there is one."""
    empty = tiny["vehicles"][2]["launch"][0]
    empty |= {"planned": {"from": "2023-01-03T00:00:00Z", "to": "2023-01-04T00:00:00Z"}, "brings": {"people": ["eve"]}}
    refused(
        tiny,
        "vehicles[2].launch[1].brings.people[0]",
        "planned already in another",
        "vehicles[2].launch[0].brings.people[0]",
        "programme",
    )


def test_options_that_are_not_planned_may_share_people(tiny, accepted):
    """With two, with one: ways to fly the same ship."""
    tiny["vehicles"][2]["launch"][0]["brings"] = {"people": ["eve"]}
    accepted(tiny)


def test_people_aboard_are_not_brought(tiny, crewed, refused):
    """Dee is in the ark; home is for good, so she is not launched later either."""
    crewed["brings"]["people"] = ["eve", "dee"]
    refused(tiny, "vehicles[2].launch[1].brings.people[1]", "at the start 'dee' is aboard", "Delete it here")


def test_suits_and_liners_aboard_are_not_brought(tiny, crewed, refused):
    """A suit on the station, a liner stowed there, a liner in a docked ship."""
    crewed["brings"]["suits"] = ["sokol-bob"]
    refused(tiny, "vehicles[2].launch[1].brings.suits[0]", "'sokol-bob' is aboard", "not on the ground")
    crewed["brings"] = {"people": ["eve"], "liners": ["kazbek-bob"]}
    refused(tiny, "vehicles[2].launch[1].brings.liners[0]", "'kazbek-bob' is in 'old'")
    crewed["brings"]["liners"] = ["kazbek-eve"]
    tiny["liners"][3]["stowed"] = True
    refused(tiny, "vehicles[2].launch[1].brings.liners[0]", "'kazbek-eve' is stowed in the station")


def test_what_is_on_its_way_is_not_brought_again(tiny, crewed, refused):
    """The spare suit left the ground in the cargo ship."""
    crewed["brings"]["suits"] = ["spare"]
    refused(
        tiny,
        "vehicles[2].launch[1].brings.suits[0]",
        "'spare' comes in a ship in flight already (vehicles[3].in_flight.brings.suits[0])",
        "Delete one",
    )


def test_two_ships_in_flight_bring_one_suit(tiny, refused):
    """It is in one of them."""
    tiny["vehicles"].append(tiny["vehicles"][3] | {"id": "cargo-2"})
    refused(tiny, "vehicles[4].in_flight.brings.suits[0]", "'spare'", "vehicles[3].in_flight.brings.suits[0]")


def test_a_suit_may_be_listed_by_two_ships_on_the_ground(tiny, accepted):
    """Whichever flies brings it."""
    tiny["vehicles"].append({"id": "spare-ship", "type": "soyuz", "launch": [tiny["vehicles"][2]["launch"][0].copy()]})
    tiny["vehicles"][4]["launch"][0]["brings"] = {"suits": ["sokol-eve"]}
    accepted(tiny)


def test_people_who_never_fly_have_a_loss(tiny, refused):
    """Planned with two, but the last nominal table in force ends at one: `deferred` would have no number."""
    tiny["vehicles"][2]["health"] = [{"from": "2023-01-08T00:00:00Z", "nominal": {"loss": {"1": 1e-3}}}]
    refused(
        tiny,
        "vehicles[2].launch[1].planned",
        "planned with 2 aboard",
        "vehicles[2].health[0].nominal.loss",
        "entry 2",
        "`allowed: false`",
    )


def test_a_table_that_is_not_allowed_still_has_numbers(tiny, accepted):
    """The ship may not return two in this case, yet the flight after the horizon has a loss."""
    tiny["vehicles"][2]["health"] = [{"nominal": {"allowed": False, "loss": {"3": 2e-3}}}]
    accepted(tiny)
