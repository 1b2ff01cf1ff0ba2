"""Ship types and ships: what is refused, where, and with what advice."""

import pytest


def table(tiny, ship=0):
    """The nominal passage of a type."""
    return tiny["vehicle_types"][ship]["health"]["nominal"]


def test_more_people_than_the_table_tells(tiny, refused):
    """Four are allowed, but the table ends at three: the loss of four is nobody's guess."""
    table(tiny)["at_most"] = 4
    refused(tiny, "vehicle_types[0].health.nominal.at_most", "table ends at 3", "got 4", "entry 4", "at most 3")


def test_allowed_for_nobody(tiny, refused):
    """`{}` reads like permission, and allows no number of people."""
    tiny["vehicle_types"][1]["health"]["nominal"] = {}
    refused(tiny, "vehicle_types[1].health.nominal", "for nobody", "`loss`", "`allowed: false`")


def test_no_table_at_all(tiny, refused):
    """`at_most: 4` alone gives no loss for anybody; nor does it in a ship's own state."""
    tiny["vehicles"][1]["health"] = [{"nominal": {"at_most": 4}}]
    refused(tiny, "vehicles[1].health[0].nominal.at_most", "no loss is given for so many people", "entry 4")


@pytest.mark.parametrize(
    "passage",
    [{"allowed": False}, {"at_most": 0}, {"at_most": 2, "loss": {"4": 1e-3}}, {"allowed": False, "at_most": 4}],
)
def test_tables_that_say_enough(tiny, accepted, passage):
    """Not allowed; allowed for none; a number without an entry takes the next higher one."""
    tiny["vehicles"][1]["health"] = [{"nominal": passage}]
    accepted(tiny)


def test_a_relocation_costs_nothing_unless_said(tiny, accepted, refused):
    """A relocation for at most three needs no table; one for nobody in particular needs a number."""
    tiny["vehicle_types"][0]["health"]["relocation"] = {"at_most": 3}
    accepted(tiny)
    tiny["vehicle_types"][0]["health"]["relocation"] = {}
    refused(tiny, "vehicle_types[0].health.relocation", "for nobody", "`at_most`")


def test_steps_of_docked_life_are_in_order(tiny, refused):
    """The waiver after 215 days, the end after 215 days: which one is in force?"""
    tiny["vehicle_types"][0]["docked_life"][1]["after"] = "P215D"
    refused(tiny, "vehicle_types[0].docked_life[1].after", "'waived' after P215D", "in order of `after`")


@pytest.mark.parametrize("field", ["holds", "returns"])
def test_a_ship_does_not_become_young_again(tiny, refused, field):
    """Past its end a ship holds nobody; a later step without `holds: false` would open it again."""
    steps = tiny["vehicle_types"][0]["docked_life"]
    steps.append({"id": "much-later", "after": "P300D", "added_loss": 1, "holds": False, "returns": False})
    del steps[2][field]
    steps[2]["added_loss"] = 0.9
    refused(tiny, f"vehicle_types[0].docked_life[2].{field}", "'expired'", f"`{field}: false`")


def test_the_loss_added_by_age_does_not_fall(tiny, refused):
    """Steps replace each other: 1e-4 after 5e-4 would make the older ship the safer one."""
    steps = tiny["vehicle_types"][0]["docked_life"]
    steps.insert(1, {"id": "more", "after": "P230D", "added_loss": 1e-4})
    refused(tiny, "vehicle_types[0].docked_life[1].added_loss", "less than in the step before", "0.0005", "whole loss")


def test_an_expired_ship_adds_nothing(tiny, accepted):
    """The last step of the tiny case gives no added loss: nobody is in the ship, so nothing falls."""
    assert "added_loss" not in tiny["vehicle_types"][0]["docked_life"][1]
    accepted(tiny)


def test_two_states_of_one_date(tiny, refused):
    """Two nominal tables from the same day: neither is the later one. Another purpose on that day is fine."""
    state = tiny["vehicles"][0]["health"][0]
    tiny["vehicles"][0]["health"].append({"from": state["from"], "uncrewed": {"allowed": False}})
    tiny["vehicles"][0]["health"].append({"from": state["from"], "nominal": {"allowed": False}})
    refused(tiny, "vehicles[0].health[2].nominal", "vehicles[0].health[0].nominal", "same date", "later `from`")


def test_a_ship_is_somewhere(tiny, refused):
    """Neither docked nor in flight nor with launch options: the ship is nowhere."""
    del tiny["vehicles"][1]["docked_at"]
    tiny["people"][3] = {"id": "dee", "agency": "nasa", "aboard": True}
    refused(tiny, "vehicles[1]", "nothing says where 'ark' is", "`docked_at`", "`in_flight`", "`launch`")


def test_a_ship_is_in_one_place(tiny, refused):
    """Docked, and yet to be launched."""
    tiny["vehicles"][0]["launch"] = tiny["vehicles"][2]["launch"][:1]
    refused(tiny, "vehicles[0]", "`docked_at` and `launch` are given", "tick before the start")


def test_a_launch_that_must_be_needs_an_option(tiny, refused):
    """`must_launch` of a docked ship says nothing."""
    tiny["vehicles"][1]["must_launch"] = True
    refused(tiny, "vehicles[1].must_launch", "no launch option")


def test_docked_life_counts_from_a_launch(tiny, refused, accepted):
    """Without `launched` nobody knows when 215 days are over; a ship that ages not may leave it out.

    Ann's 188 days count from there as well, so she gets a date instead.
    """
    del tiny["vehicles"][1]["launched"]
    tiny["people"][0]["planned_return"] = "2023-01-09T00:00:00Z"
    accepted(tiny)
    del tiny["vehicles"][0]["launched"]
    refused(tiny, "vehicles[0].launched", "missing", "docked life", "Add the instant")


def test_a_ship_in_flight_was_launched(tiny, refused):
    """It left the ground before the start, so the date is known."""
    del tiny["vehicles"][3]["launched"]
    refused(tiny, "vehicles[3].launched", "in flight was launched before the start", "Add the instant")


def test_launched_is_before_the_start(tiny, refused):
    """The case begins with the ship docked, so it was launched earlier."""
    tiny["vehicles"][0]["launched"] = "2023-01-01T00:00:00Z"
    refused(tiny, "vehicles[0].launched", "not before the start", "`launch` options instead")


def test_a_ship_on_the_ground_was_not_launched(tiny, refused):
    """With options to choose from, it has not left yet."""
    tiny["vehicles"][2]["launched"] = "2022-12-01T00:00:00Z"
    refused(tiny, "vehicles[2].launched", "yet on the ground", "`docked_at` or `in_flight`")


@pytest.mark.parametrize(
    ("where", "path"),
    [
        (("vehicles", 0, "docked_at"), "vehicles[0].docked_at"),
        (("vehicles", 2, "launch", 1, "ports"), "vehicles[2].launch[1].ports[0]"),
        (("vehicles", 3, "in_flight", "ports"), "vehicles[3].in_flight.ports[0]"),
        (("alternatives", 0, "forbid", 1, "relocate", "port"), "alternatives[0].forbid[1].relocate.port"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_a_port_of_another_interface(tiny, refused, where, path):
    """Harmony forward takes no soyuz; the ports that do are listed. (The dragon makes room first.)"""
    tiny["ports"].append({"id": "top", "interface": "IDSS"})
    target = tiny
    for key in where[:-1]:
        target = target[key]
    target[where[-1]] = ["top"] if where[-1] == "ports" else "top"
    refused(tiny, path, "port 'top' has interface IDSS", "has SSVP", "Ports that fit: nadir, zenith and aft")


def test_two_ships_at_one_port(tiny, refused):
    """One ship per port: the second names the first."""
    tiny["vehicles"][3] = {"id": "cargo", "type": "progress", "docked_at": "nadir"}
    tiny["suits"][3]["aboard"] = True
    refused(tiny, "vehicles[3].docked_at", "'old' stands there too", "vehicles[0].docked_at", "another port")


def test_an_arrival_before_the_start(tiny, refused):
    """A ship that arrived on 30 December is docked."""
    tiny["vehicles"][3]["in_flight"]["arrivals"][0] = "2022-12-30T00:00:00Z"
    refused(tiny, "vehicles[3].in_flight.arrivals[0]", "before the start", "where the ship is docked")


def test_no_arrival_inside_the_horizon(tiny, refused):
    """One of the arrivals is taken, and none is before the end."""
    tiny["vehicles"][3]["in_flight"]["arrivals"] = ["2023-01-11T00:00:00Z"]
    refused(tiny, "vehicles[3].in_flight.arrivals", "before the end of the horizon", "longer horizon")


def test_arrivals_in_order(tiny, refused):
    """The same arrival twice is a slip."""
    tiny["vehicles"][3]["in_flight"]["arrivals"] = ["2023-01-03T00:00:00Z", "2023-01-03T00:00:00Z"]
    refused(tiny, "vehicles[3].in_flight.arrivals[1]", "vehicles[3].in_flight.arrivals[0]", "once, in order")


def test_more_people_than_seats_come_in_a_ship(tiny, refused):
    """Four people in the three couches of a soyuz; a progress has no seat at all."""
    tiny["people"] += [{"id": "gus"}, {"id": "hal"}]
    tiny["vehicles"][2]["launch"][0]["brings"] = {"people": ["eve", "fay", "gus", "hal"]}
    refused(tiny, "vehicles[2].launch[0].brings.people[3]", "eve, fay, gus and hal, but has 3 seats", "Leave")
    tiny["vehicles"][2]["launch"][0]["brings"] = {}
    tiny["vehicles"][3]["in_flight"]["brings"]["people"] = ["gus"]
    refused(tiny, "vehicles[3].in_flight.brings.people[0]", "'cargo' brings gus, but has 0 seats")
