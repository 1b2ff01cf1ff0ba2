"""Numbers that are possible, but look as if they were given in another unit."""

import pytest

from crewreturn.models.case_file import case_names, load_case
from crewreturn.models.checks import units
from crewreturn.models.checks.index import Index
from crewreturn.models.checks.units import PLAUSIBLE, UNITS
from crewreturn.models.crew import Body
from crewreturn.models.fleet import BodyLimits
from crewreturn.models.problems import show_path


@pytest.fixture
def told(accepted):
    """The notes on units, by path."""
    return lambda document: {show_path(note.path): note.message for note in units.notes(Index(accepted(document)))}


def test_every_measure_has_a_plausible_span():
    """A measure added to the schema needs one here, and a unit that its name ends in."""
    assert set(PLAUSIBLE) == set(Body.model_fields) == set(BodyLimits.model_fields)
    assert {name.rpartition("_")[2] for name in PLAUSIBLE} == set(UNITS)


def test_shipped_cases_are_silent():
    """Their numbers are in the units asked for, and no ship counts as sound that loses one in twenty."""
    for name in case_names():
        assert list(units.notes(Index(load_case(name)))) == [], name


def test_metres_and_millimetres(tiny, told):
    """0.91 m and 1.02 m sitting are below 50 cm, 930 mm above 130 cm: told once, at the first, with everybody's name.

    65 kg and a stature of 178 cm are what is asked for.
    """
    for number, sitting in enumerate((0.91, 1.02, 930, 93)):
        tiny["people"][number]["body"] = {"sitting_height_cm": sitting, "stature_cm": 178, "mass_kg": 65}
    assert told(tiny) == {
        "people[0].body.sitting_height_cm": (
            "0.91 is less than 50: `sitting_height_cm` is in centimetres (ann, bob and cyd)"
        )
    }


@pytest.mark.parametrize(
    ("name", "low", "says"),
    [
        ("stature_cm", 1.78, "1.78 is less than 100: `stature_cm` is in centimetres (ann)"),
        ("mass_kg", 29, "29 is less than 30: `mass_kg` is in kilograms (ann)"),
        ("chest_cm", 1.1, "1.1 is less than 50: `chest_cm` is in centimetres (ann)"),
        ("foot_cm", 275, "275 is more than 40: `foot_cm` is in centimetres (ann)"),
    ],
)
def test_each_measure(tiny, told, name, low, says):
    """Each by its own span and its own unit."""
    tiny["people"][0]["body"] = {name: low}
    assert told(tiny) == {f"people[0].body.{name}": says}


def test_limits_that_keep_everybody_out(tiny, told):
    """At most 0.92, meant as metres, lets nobody sit; at least 950 neither. A wide limit says nothing."""
    tiny["vehicle_types"][1]["groups"][0]["body"] = {
        "sitting_height_cm": {"at_least": 0.5, "at_most": 0.92},
        "stature_cm": {"at_least": 950},
        "mass_kg": {"at_least": 0, "at_most": 1000},
    }
    assert told(tiny) == {
        "vehicle_types[1].groups[0].body.stature_cm.at_least": "950 is more than 250: `stature_cm` is in centimetres",
        "vehicle_types[1].groups[0].body.sitting_height_cm.at_most": (
            "0.92 is less than 50: `sitting_height_cm` is in centimetres"
        ),
    }


def test_losses_in_percent(tiny, told):
    """0.3 percent written as 0.3 would lose one person in 3.3 of a sound ship; 0.05 is still let pass.

    What a damaged ship costs is its own affair: the old ship's 0.04 could as well be 0.4.
    """
    tiny["vehicle_types"][1]["health"]["emergency"]["loss"] = {"2": 0.05, "4": 0.3}
    tiny["vehicles"][0]["health"][0]["nominal"]["loss"] = {"3": 0.4}
    assert told(tiny) == {
        "vehicle_types[1].health.emergency.loss.4": (
            "0.3 with 4 aboard is much for a sound ship: one person in 3.3 is lost; 3.0e-3 is three in a thousand"
        )
    }


def test_a_rate_by_the_year(tiny, told):
    """0.02 a year written as a day's is 0.02 x 365.25 = 7.3 a year. One a year, 2.738e-3 a day, passes."""
    tiny["evacuation"] = {"rate_per_day": 0.02, "changes": [{"from": "2023-01-03T00:00:00Z", "rate_per_day": 2.7e-3}]}
    assert told(tiny) == {
        "evacuation.rate_per_day": "0.02 a day is 7.3 evacuations a year: a number a year is divided by 365.25"
    }
    tiny["evacuation"]["rate_per_day"] = 1e-4
    tiny["evacuation"]["changes"][0]["rate_per_day"] = {"mean": 0.01}
    assert list(told(tiny)) == ["evacuation.changes[0].rate_per_day"]
