"""What `validate` tells of a valid case."""

from datetime import timedelta
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest

from crewreturn.models.base import Model
from crewreturn.models.case import Case
from crewreturn.models.checks.rounding import DOWN, KEPT, UP
from crewreturn.models.notes import judgement_values, notes
from crewreturn.models.problems import show_path


@pytest.fixture
def told(accepted):
    """The notes on a document, by path; at one path joined."""

    def read(document: dict[str, Any]) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        for note in notes(accepted(document)):
            found.setdefault(show_path(note.path), []).append(note.message)
        return {path: " / ".join(messages) for path, messages in found.items()}

    return read


def test_the_tiny_case_is_nearly_silent(tiny, told):
    """Two things only.

    Ann's 188 days from 21 September 13:54 end on 28 March, after the horizon, so rounding does nothing to them; nor to
    docked life. The move of four hours is charged, not rounded. But no number has a source, and the two sound ships
    have the same tables. Ann is qualified, Dee's dragon has no controls.

    The numbers: the evacuation rate and the hazard (2 rates); soyuz 3 + 2 aboard tables (2 entries), unsuited, one
    step's added loss; dragon 2 entries; the old ship's 2 entries; ascent loss; 3 chances: 14 in all.
    """
    found = told(tiny)
    assert list(found) == [""]
    assert found[""].startswith("14 numbers have neither source nor confidence: ")
    assert "1 evacuation.rate_per_day" in found[""]


def test_a_case_with_nothing_to_remark(told):
    """No ships, no people, and the one number has a source."""
    bare = {
        "format": "crewreturn/1",
        "id": "bare",
        "title": "An empty station",
        "known_at": "2023-01-01T00:00:00Z",
        "horizon": {"start": "2023-01-01T00:00:00Z", "end": "2023-01-02T00:00:00Z"},
        "evacuation": {"rate_per_day": {"mean": 1e-4, "source": "a report"}},
    }
    assert told(bare) == {}


def test_a_shortest_time_is_rounded_up(tiny, told):
    """Half a day between two ships is one tick, a transit of 50 hours three; equal ones are told once."""
    tiny["traffic"]["spacing"] = "PT12H"
    tiny["vehicles"][2]["launch"][0]["transit"] = "PT50H"
    tiny["vehicles"][2]["launch"][1]["opportunities"][0]["transit"] = "PT50H"
    found = told(tiny)
    assert found["traffic.spacing"] == "PT12H is taken as P1D"
    assert found["vehicles[2].launch[0].transit"] == "P2DT2H is taken as P3D (and at 1 other place)"
    assert "vehicles[2].launch[1].opportunities[0].transit" not in found


def test_a_longest_time_is_rounded_down(tiny, told):
    """At most three and a half days after another event: three ticks."""
    tiny["traffic"]["precedences"][0]["at_most"] = "P3DT12H"
    assert told(tiny)["traffic.precedences[0].at_most"] == "P3DT12H is taken as P3D"


def test_a_finer_resolution_rounds_nothing(tiny, told):
    """Twelve hours are twelve ticks of an hour; but the launch at 13:54 is still six minutes off.

    A hundred days from there end on 30 December, before the start, and say nothing here either.
    """
    tiny["resolution"] = "PT1H"
    tiny["traffic"]["spacing"] = "PT12H"
    tiny["people"][0]["planned_return"] = "P100D"
    assert list(told(tiny)) == [""]


def test_times_counted_from_a_launch_in_the_past(tiny, told):
    """21 September 13:54 + 105 days = 4 January 13:54: a longest time ends that day's midnight, a shortest the next.

    Docked life is a longest time too. Bob has the same launch and the same plan as Ann: they are named together.
    """
    tiny["vehicle_types"][0]["docked_life"][0]["after"] = "P105D"
    tiny["people"][0] |= {"planned_return": "P105D", "earliest_return": "P104D"}
    tiny["people"][1]["planned_return"] = "P105D"
    found = told(tiny)
    ends = "P105D from 2022-09-21T13:54:00Z ends 2023-01-04T13:54:00Z, which is taken as 2023-01-04T00:00:00Z"
    assert found["vehicle_types[0].docked_life[0].after"] == f"step 'waived' of 'old': {ends}"
    assert found["people[0].planned_return"] == f"`planned_return` of ann and bob: {ends}"
    assert found["people[0].earliest_return"].endswith(
        "ends 2023-01-03T13:54:00Z, which is taken as 2023-01-04T00:00:00Z"
    )


def test_times_counted_from_a_launch_to_come(tiny, told):
    """Eve's launch is decided, and lies on a tick: two and a half days after it are two."""
    tiny["people"][4]["latest_return"] = "P2DT12H"
    tiny["vehicle_types"][0]["docked_life"][1]["after"] = "P245DT1H"
    found = told(tiny)
    assert found["people[4].latest_return"] == "`latest_return` of eve: P2DT12H after launch is taken as P2D"
    assert found["vehicle_types[0].docked_life[1].after"] == "P245DT1H after launch is taken as P245D"


def test_no_duration_is_forgotten():
    """Every duration of a case is rounded up, down, or not at all: a new field fails here."""
    names = {name for model in _models(Case, set()) for name, hint in _hints(model) if _is_duration(hint)}
    assert names == UP | DOWN | KEPT
    assert len(UP | DOWN | KEPT) == len(UP) + len(DOWN) + len(KEPT)


def _hints(model: type[Model]) -> list[tuple[str, Any]]:
    return [(name, field.annotation) for name, field in model.model_fields.items()]


def _is_duration(hint: Any) -> bool:
    if get_origin(hint) in (Annotated, Union, UnionType):
        return any(_is_duration(argument) for argument in get_args(hint))
    return hint is timedelta


def _models(hint: Any, found: set[type[Model]]) -> set[type[Model]]:
    if isinstance(hint, type) and issubclass(hint, Model) and hint not in found:
        found.add(hint)
        for _, inner in _hints(hint):
            _models(inner, found)
    for argument in get_args(hint):
        _models(argument, found)
    return found


def test_unknown_measures_pass(tiny, told):
    """The couch asks for stature and mass: Ann's mass is known, nobody else's anything."""
    tiny["vehicle_types"][0]["groups"][0]["body"] = {"stature_cm": {"at_most": 190}, "mass_kg": {"at_most": 95}}
    tiny["people"][0]["body"] = {"mass_kg": 60}
    assert told(tiny)["people"] == (
        "`stature_cm` is not known of ann, bob, cyd, dee, eve and fay: every limit counts as kept / "
        "`mass_kg` is not known of bob, cyd, dee, eve and fay: every limit counts as kept"
    )


def test_known_measures_say_nothing(tiny, told):
    """Everybody's mass is known, and nothing else is asked for."""
    tiny["vehicle_types"][0]["groups"][0]["body"] = {"mass_kg": {"at_most": 95}}
    for person in tiny["people"]:
        person["body"] = {"mass_kg": 60}
    assert "people" not in told(tiny)


def test_nobody_brings_them(tiny, told):
    """Gus is on the ground and in no launch option."""
    tiny["people"].append({"id": "gus"})
    assert told(tiny)["people[6]"] == "'gus' is on the ground and no ship brings them"


def test_qualifications_that_miss_each_other(tiny, told):
    """Dee is qualified for `dragom`, which nothing asks for; and so nobody is for the dragon."""
    tiny["people"][3]["qualified"] = ["dragom"]
    found = told(tiny)
    assert found["people[3].qualified[0]"] == (
        "nothing asks for the qualification 'dragom' of dee (did you mean 'dragon'?)"
    )
    assert found["vehicle_types[1].crewing"] == "nobody is qualified for 'dragon', so nobody can hold a seat in 'ark'"


def test_a_crew_that_cannot_fly_at_the_start(tiny, told):
    """Ann's qualification ended on 15 December: of the three in the old ship nobody can fly it."""
    tiny["people"][0]["qualified"] = [{"for": "soyuz", "until": "2022-12-15T00:00:00Z"}]
    assert told(tiny)["vehicles[0]"] == (
        "held at the start by ann, bob and cyd, of whom 0 can fly it; 1 must from the start on"
    )


def test_a_pilot_away_from_the_controls_at_the_start(tiny, told):
    """Ann sits in an added seat without controls, and only she can fly."""
    tiny["vehicles"][0]["extra_groups"] = [{"id": "floor", "seats": ["x"]}]
    tiny["people"][0]["aboard_in"] = {"vehicle": "old", "group": "floor"}
    assert told(tiny)["vehicles[0]"] == (
        "at the start nobody who can fly it is at the controls of 'old' (ann can); from the start on somebody must be"
    )


def test_a_ship_that_is_too_old_at_the_start(tiny, told):
    """Launched on 1 April, 245 days were over on 2 December."""
    tiny["vehicles"][0]["launched"] = "2022-04-01T00:00:00Z"
    tiny["people"][0]["planned_return"] = "2023-01-09T00:00:00Z"
    assert told(tiny)["vehicle_types[0].docked_life[1]"] == (
        "step 'expired' ended the use of 'old' before the start: unless it is waived, ann, bob and cyd cannot keep "
        "their seats there"
    )


def test_launch_dates_before_the_start(tiny, told):
    """From 30 December every second day: 30 December alone is past (the next is 1 January); of the list, one of two."""
    empty, crewed = tiny["vehicles"][2]["launch"]
    empty |= {"earliest": "2022-12-30T00:00:00Z", "every": "P2D"}
    crewed["opportunities"][0]["launch"] = "2022-12-20T00:00:00Z"
    found = told(tiny)
    assert found["vehicles[2].launch[0]"] == "1 launch date before the start, 2023-01-01T00:00:00Z, is ignored"
    assert found["vehicles[2].launch[1]"] == "1 launch date before the start, 2023-01-01T00:00:00Z, is ignored"


@pytest.mark.parametrize(
    "dates",
    [
        {"earliest": "2022-12-01T00:00:00Z", "latest": "2022-12-31T00:00:00Z"},
        {"earliest": "2023-01-08T00:00:00Z", "latest": "2023-01-10T00:00:00Z", "transit": "PT60H"},
    ],
)
def test_an_option_that_is_never_flown(tiny, told, dates):
    """All dates past; or the first launch on the 8th, 60 hours (three ticks) before the end on the 11th."""
    tiny["vehicles"][2]["launch"][0] |= dates
    assert "arrives before the end: this option is never flown" in told(tiny)["vehicles[2].launch[0]"]


def test_listed_dates_that_arrive_too_late(tiny, told):
    """The only launch left arrives at the end of the horizon, which is outside."""
    tiny["vehicles"][2]["launch"][1]["opportunities"] = [
        {"launch": "2023-01-09T00:00:00Z", "arrival": "2023-01-11T00:00:00Z"}
    ]
    assert "never flown" in told(tiny)["vehicles[2].launch[1]"]


def test_a_planned_window_in_the_past(tiny, told):
    """Eve and Fay are displaced whatever is decided."""
    tiny["vehicles"][2]["launch"][1]["planned"] = {"from": "2022-12-01T00:00:00Z", "to": "2022-12-08T00:00:00Z"}
    assert told(tiny)["vehicles[2].launch[1].planned"] == (
        "the planned window is over at the start: eve and fay cannot be launched inside it"
    )


def test_arrivals_after_the_end(tiny, told):
    """One of the two is left to take."""
    tiny["vehicles"][3]["in_flight"]["arrivals"][1] = "2023-01-20T00:00:00Z"
    assert (
        told(tiny)["vehicles[3].in_flight.arrivals"]
        == "1 arrival at or after the end, 2023-01-11T00:00:00Z, is ignored"
    )


def test_statements_on_the_launch_of_a_docked_ship(tiny, told):
    """Left over from an earlier case of the same story."""
    tiny["alternatives"][0]["forbid"].append({"launch": {"vehicle": "old"}})
    assert told(tiny)["alternatives[0].forbid[2].launch.vehicle"] == (
        "'old' was launched before the start: no launch of it can happen any more"
    )


def test_sound_ships_that_differ_by_judgement(tiny, told):
    """Three in a soyuz 2e-3, up to four in a dragon 1e-3: who says so?

    A source for both numbers, here of the whole ship type, settles it.
    """
    tiny["vehicle_types"][1]["health"]["nominal"]["loss"] = {"4": 1e-3}
    message = told(tiny)["vehicle_types[0].health.nominal"]
    assert message == (
        "the loss in a nominal return of a sound ship differs from 'dragon' (3 aboard: 0.002 against 0.001), on "
        "judgement alone: use the same table, or set `confidence: sourced` with the source"
    )
    tiny["vehicle_types"][0]["source"] = "a report"
    assert "judgement alone" in told(tiny)["vehicle_types[0].health.nominal"]
    tiny["vehicle_types"][1]["source"] = "the same report"
    assert "vehicle_types[0].health.nominal" not in told(tiny)
    tiny["vehicle_types"][1]["health"]["nominal"]["loss"]["4"] = {"mean": 1e-3, "confidence": "judgement"}
    assert "judgement alone" in told(tiny)["vehicle_types[0].health.nominal"]


def test_tables_are_compared_number_by_number(tiny, told):
    """Entries at 1 and 3 against one at 4: equal for 2 and 3 people (3e-3), not for 1."""
    tiny["vehicle_types"][0]["health"]["emergency"]["loss"] = {"1": 1e-3, "3": 3e-3}
    assert "(1 aboard: 0.001 against 0.003)" in told(tiny)["vehicle_types[0].health.emergency"]


def test_judgement_values(tiny, accepted, told):
    """Numbers that say so themselves, and plain ones in an entity that says so; a source of their own goes before.

    The dragon as a whole is judgement: both its tables, but not the emergency one, which has a source.
    """
    tiny["evacuation"]["rate_per_day"] = {"mean": 5e-5, "error_factor": 30, "confidence": "judgement", "source": "us"}
    tiny["vehicle_types"][1] |= {"confidence": "judgement", "source": "them"}
    tiny["vehicle_types"][1]["health"]["emergency"]["loss"]["4"] = {"mean": 3e-3, "source": "a report"}
    found = judgement_values(accepted(tiny))
    assert [(show_path(path), number.mean, number.source) for path, number in found] == [
        ("evacuation.rate_per_day", 5e-5, "us"),
        ("vehicle_types[1].health.nominal.loss.4", 2e-3, "them"),
    ]
    assert "2 numbers are judgement: 1 evacuation.rate_per_day and 1 nominal.loss" in told(tiny)[""]
    assert "11 numbers have neither" in told(tiny)[""]


def test_one_number_is_one(tiny, told):
    """Grammar."""
    tiny["hazards"][0]["rate_per_day"] = {"mean": 1e-6, "confidence": "judgement"}
    assert "1 number is judgement: 1 hazards.rate_per_day" in told(tiny)[""]


def test_a_port_that_no_ship_fits(tiny, told):
    """The dragons' port has a letter too few; they stay where they are only because this one is a second port.

    Where there is no ship at all, nothing is said of ports: the case has only been begun.
    """
    tiny["ports"].append({"id": "top", "interface": "IDS"})
    message = told(tiny)["ports[4].interface"]
    assert message == "no ship fits port 'top': none has the interface IDS (did you mean 'IDSS'?)"
