"""Losses stay probabilities: what is refused, where, and with what advice."""

import pytest

from crewreturn.models.checks.index import Index
from crewreturn.models.checks.losses import largest_parts


def test_the_parts_of_a_loss(tiny, accepted):
    """In the old ship an emergency costs at most 3e-3 (three people) + 4.5e-4 (unsuited) + 5e-4 (past 215 days).

    A return costs 4e-2 (since December, three people) + 5e-4; unsuited is forbidden, and the couch adds nothing.
    """
    ship = Index(accepted(tiny)).ships["old"]
    assert [part.value for part in largest_parts(ship, "emergency")] == [3e-3, 4.5e-4, 5e-4]
    assert [part.value for part in largest_parts(ship, "nominal")] == [4e-2, 5e-4]


def test_an_evacuation_loss_that_can_pass_one(tiny, refused):
    """0.6 for three people + 0.3 in an added seat + 4.5e-4 unsuited + 0.2 past 215 days = 1.10045."""
    tiny["vehicle_types"][0]["health"]["emergency"]["loss"]["3"] = 0.6
    tiny["vehicle_types"][0]["docked_life"][0]["added_loss"] = 0.2
    tiny["vehicle_types"][0]["docked_life"][0]["returns"] = False
    tiny["vehicles"][0]["extra_groups"] = [{"id": "floor", "seats": ["x"], "added_loss": {"mean": 0.3}}]
    refused(
        tiny,
        "vehicle_types[0].health.emergency.loss.3",
        "emergency return in 'old' can pass 1",
        "0.6 (vehicle_types[0].health.emergency.loss.3)",
        "0.3 (vehicles[0].extra_groups[0].added_loss)",
        "0.00045 (vehicle_types[0].unsuited.emergency)",
        "0.2 (vehicle_types[0].docked_life[0].added_loss)",
        "= 1.10045",
        "Lower them",
    )


def test_a_type_is_told_once(tiny, refused):
    """Both the old ship and the new one are of the type: the same numbers are told for the first only."""
    tiny["vehicle_types"][0]["unsuited"]["emergency"] = 0.9991
    refused(tiny, "vehicle_types[0].unsuited.emergency", "'old'", "0.9991")


def test_exactly_one_is_a_probability(tiny, accepted):
    """0.7 + 0.2 + 0.1 is 0.9999999999999999 in doubles, and 0.1 + 0.7 + 0.2 is 1.0: rounding refuses nothing."""
    tiny["vehicle_types"][0]["health"]["emergency"]["loss"]["3"] = 0.7
    tiny["vehicle_types"][0]["unsuited"]["emergency"] = 0.2
    tiny["vehicle_types"][0]["docked_life"][0] |= {"added_loss": 0.1, "returns": False}
    accepted(tiny)


def test_entries_that_nobody_uses_do_not_count(tiny, accepted):
    """Three seats: the entry for seven people, and that for four once three are allowed, are for nobody."""
    tiny["vehicle_types"][0]["health"]["emergency"]["loss"] = {"3": 3e-3, "7": 1.0}
    tiny["vehicle_types"][1]["health"]["emergency"] = {"at_most": 3, "loss": {"3": 3e-3, "4": 1.0}}
    tiny["vehicle_types"][1]["groups"][0]["added_loss"] = 0.5
    accepted(tiny)


def test_the_next_higher_entry_counts(tiny, refused):
    """Two may leave, and two take the entry for four: 0.6, with 0.5 for the seat."""
    tiny["vehicle_types"][1]["health"]["emergency"] = {"at_most": 2, "loss": {"1": 3e-3, "4": 0.6}}
    tiny["vehicle_types"][1]["groups"][0]["added_loss"] = 0.5
    refused(tiny, "vehicle_types[1].health.emergency.loss.4", "'ark'", "= 1.1")


def test_an_expired_ship_is_charged_nothing(tiny, accepted):
    """Where nobody may hold a seat or return, the step's loss is for nobody."""
    tiny["vehicle_types"][0]["docked_life"][1]["added_loss"] = 1.0
    accepted(tiny)


def test_stranded_is_not_better_than_home(tiny, refused, accepted):
    """A return in the old ship can cost 0.04 + 0.0005; at 0.04 for the stranded it would pay to miss every date."""
    tiny["loss_stranded"] = 0.04
    refused(
        tiny,
        "loss_stranded",
        "0.04 (vehicles[0].health[0].nominal.loss.3) + 0.0005 (vehicle_types[0].docked_life[0].added_loss) = 0.0405",
        "must not be better than coming home",
        "Give at least 0.0405",
    )
    tiny["loss_stranded"] = 0.0405
    accepted(tiny)


@pytest.mark.parametrize("safe", [0.0, 0.5])
def test_a_safe_haven_may_be_better_than_a_seat(tiny, accepted, safe):
    """Staying in a sheltered module can be wiser than a damaged ship: that is for the solver to weigh."""
    tiny["loss_unassured"] = safe
    accepted(tiny)
