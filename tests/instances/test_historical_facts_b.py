"""What the shipped cases of Soyuz T-9, Skylab 3 and STS-107 say of their days, and that what was flown breaks no rule.

Nothing here solves a case: what is judgement in them is fixed before that.
"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from crewreturn.models.base import Entity, Estimate, mean
from crewreturn.models.case import Case
from crewreturn.models.case_file import load_case
from crewreturn.models.checks.walk import nodes
from crewreturn.models.crew import Liner, Suit
from crewreturn.models.fleet import SeatGroup, Vehicle
from crewreturn.models.statements import Alternative
from crewreturn.solver.check import evaluate

CASES = ("soyuz-t9-1983", "skylab-3-1973", "sts-107")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    return {name: load_case(name) for name in CASES}


def at(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def by_id(entities):
    return {entity.id: entity for entity in entities}


@pytest.mark.parametrize("name", CASES)
def test_the_flown_plan_breaks_no_rule(cases, name):
    """It was flown, so the case must allow it: nobody without a seat, nobody stranded, no launch, no move."""
    case = cases[name]
    assert case.as_decided is not None
    verdict = evaluate(case, case.as_decided.plan)
    assert [str(violation) for violation in verdict.violations] == []
    assert verdict.measures["unassured_days"] == 0
    assert verdict.measures["launches"] == 0
    assert verdict.by_source["stranded"] == 0


@pytest.mark.parametrize("name", CASES)
def test_every_number_is_an_estimate_with_source_and_confidence(cases, name):
    """Losses, rates and chances that the file sets; all are judgement, since nothing was published for any of them."""
    bare, found = [], 0
    for part in (node.part for node in nodes(cases[name])):
        for field, info in type(part).model_fields.items():
            if "Estimate" not in repr(info.annotation) or field not in part.model_fields_set:
                continue
            value = getattr(part, field)
            for number in value.values() if isinstance(value, dict) else [value]:
                found += 1
                if not (isinstance(number, Estimate) and number.source and number.confidence == "judgement"):
                    bare.append(f"{type(part).__name__}.{field} = {number}")
    assert bare == []
    assert found >= 12


@pytest.mark.parametrize("name", CASES)
def test_every_fact_has_a_source_and_a_confidence(cases, name):
    """Alternatives are questions, not facts."""
    silent = [
        f"{type(part).__name__} {part.id}"
        for part in (node.part for node in nodes(cases[name]))
        if isinstance(part, Entity)
        and not isinstance(part, Suit | Liner | Alternative)
        and not (part.source and part.confidence)
    ]
    assert silent == []


@pytest.mark.parametrize("name", CASES)
def test_the_case_holds_what_was_known_when_it_starts(cases, name):
    """And no alternative waives anything: whatever is recommended was open to the planners."""
    case = cases[name]
    assert case.known_at == case.horizon.start
    assert [entry.id for entry in case.alternatives if entry.waive] == []


@pytest.mark.parametrize("name", ["soyuz-t9-1983", "skylab-3-1973"])
def test_sound_ships_are_as_in_the_ms22_case(cases, name):
    """No source ranks a Soyuz T or an Apollo against a Soyuz MS, so a full one has the same losses."""
    reference = by_id(load_case("soyuz-ms22").vehicle_types)["soyuz-ms"].health
    (kind,) = cases[name].vehicle_types
    for purpose in ("emergency", "nominal"):
        assert mean(getattr(kind.health, purpose).loss[3]) == mean(getattr(reference, purpose).loss[3])


# ------------------------------------------------------------------------------------------------------ Soyuz T-9


def test_t9_reaches_its_limits_when_it_did(cases):
    """Launched on 27 June 1983: 100 days are over on 5 October, 115 on 20 October, as the sources say."""
    (ship,) = cases["soyuz-t9-1983"].vehicles
    assert ship.launched is not None
    steps = by_id(cases["soyuz-t9-1983"].vehicle_types[0].docked_life)
    ends = {name: (ship.launched + step.after).date() for name, step in steps.items()}
    assert ends["limit-100-days"] == at(1983, 10, 5).date()
    assert ends["limit-115-days"] == at(1983, 10, 20).date()
    assert all(step.holds and step.returns for step in steps.values()), "it was flown home past all of them"


def test_t9_came_home_in_the_dark_on_its_150th_day(cases):
    """Day 1 is 27 June, so 23 November is day 150; daylight came back on 15 December, three weeks later. What a landing
    in the dark adds is what the first limit passed adds.
    """
    case = cases["soyuz-t9-1983"]
    assert case.as_decided is not None
    (ship,) = case.vehicles
    (leaves,) = (event.at for event in case.as_decided.plan.departures)
    assert leaves == at(1983, 11, 23)
    assert (leaves.date() - ship.launched.date()).days + 1 == 150
    state = [health for health in ship.health if health.from_ is None or health.from_ <= leaves][-1]
    dark, light = mean(state.nominal.loss[3]), mean(ship.health[-1].nominal.loss[3])
    assert ship.health[-1].from_ == at(1983, 12, 15)
    assert dark - light == pytest.approx(mean(case.vehicle_types[0].docked_life[0].added_loss))


def test_t9_has_no_rescue_and_alternatives_do_not_overlap(cases):
    """One ship, nothing to launch: only the date is open. The alternatives are spans in order of time."""
    case = cases["soyuz-t9-1983"]
    assert len(case.vehicles) == 1
    spans = [entry.require[0].return_ for entry in case.alternatives]
    assert all(one.to <= other.from_ for one, other in pairwise(spans))
    assert spans[2].from_ <= at(1983, 11, 23) < spans[2].to, "the third is the one that was flown"


# ------------------------------------------------------------------------------------------------------ Skylab 3


def test_skylab_goes_home_after_59_days(cases):
    """28 July + 59 days = 25 September, planned and flown."""
    case = cases["skylab-3-1973"]
    aboard = [person for person in case.people if person.aboard_in]
    assert {person.id for person in aboard} == {"bean", "garriott", "lousma"}
    assert {person.planned_return for person in aboard} == {at(1973, 7, 28) + 59 * DAY} == {at(1973, 9, 25)}
    assert [event.at for event in case.as_decided.plan.departures] == [at(1973, 9, 25)]


def test_skylab_rescue_takes_two_up_and_five_down(cases):
    """Not before 10 September; it is in no plan, so it has the price of an extra launch."""
    case = cases["skylab-3-1973"]
    rescue = by_id(case.vehicles)["csm-119"]
    (option,) = rescue.launch
    assert option.brings.people == ("brand", "lind")
    assert (option.earliest, option.planned) == (at(1973, 9, 10), None)
    seats = sum(len(group.seats) for group in (*case.vehicle_types[0].groups, *rescue.extra_groups))
    assert seats == rescue.health[0].nominal.most == 5


def test_skylab_ship_is_worse_than_sound_and_not_barred(cases):
    """Two quads were enough, so it may carry three throughout; what the fear adds grows with time."""
    case = cases["skylab-3-1973"]
    states = by_id(case.vehicles)["csm-117"].health
    assert states[0].from_ == at(1973, 8, 2)
    for purpose in ("emergency", "nominal"):
        sound = getattr(case.vehicle_types[0].health, purpose)
        leaking = [getattr(state, purpose) for state in states]
        assert [passage.most for passage in leaking] == [3, 3]
        assert mean(sound.loss[3]) < mean(leaking[0].loss[3]) < mean(leaking[1].loss[3])


# ------------------------------------------------------------------------------------------------------ STS-107


def test_columbia_has_air_until_15_february(cases):
    """30 days from 16 January 15:39 end on 15 February at 15:39; from 21 January 00:00 that is 25 days and 15 whole
    hours, 615 hours for seven people.
    """
    case = cases["sts-107"]
    columbia = by_id(case.vehicles)["columbia"]
    (air,) = case.staffing
    left = columbia.launched + 30 * DAY - case.horizon.start
    assert left // HOUR == 615
    assert air.at_most_person_days == 7 * 615 / 24
    breathing = {person.id for person in case.people if air.qualification in person.qualified}
    assert breathing == {person.id for person in case.people if person.aboard_in}
    assert len(breathing) == 7


def test_atlantis_flies_in_three_windows_and_reaches_columbia_in_time(cases):
    """EST is UTC - 5: 9 February 23:09, 10 February 22:40 and 11 February 22:05, to the nearest hour. The first arrives
    on 10 February EST, the others on the 13th, no more than 36 hours before the air is gone; nine hours of passages
    still fit.
    """
    case = cases["sts-107"]
    (option,) = by_id(case.vehicles)["atlantis"].launch
    windows = [at(2003, 2, 10, 4, 9), at(2003, 2, 11, 3, 40), at(2003, 2, 12, 3, 5)]
    for window, chance in zip(windows, option.opportunities, strict=True):
        assert abs(chance.launch - window) < HOUR / 2
    meets = [(chance.arrival - 5 * HOUR).date() for chance in option.opportunities]
    assert meets == [at(2003, 2, day).date() for day in (10, 13, 13)]
    gone = at(2003, 2, 15, 15, 39)
    assert all(9 * HOUR < gone - chance.arrival <= 36 * HOUR for chance in option.opportunities[1:])
    assert option.handover == 9 * HOUR


def test_atlantis_brings_four_and_has_room_for_eleven(cases):
    """Four up and eleven down; those who come over have other places than its own crew."""
    atlantis = by_id(cases["sts-107"].vehicles)["atlantis"]
    assert [len(group.seats) for group in atlantis.extra_groups] == [4, 7]
    assert [len(option.brings.people) for option in atlantis.launch] == [4]


def test_the_patch_is_a_decision_that_takes_a_part_of_the_loss_away(cases):
    """Seven people, and seven seats twice; the ship's table says how many may be in it. As it is: 0.5 + 0.45."""
    columbia: Vehicle = by_id(cases["sts-107"].vehicles)["columbia"]
    groups: dict[str, SeatGroup] = by_id(columbia.extra_groups)
    nominal = columbia.health[0].nominal
    assert nominal is not None
    assert nominal.most == 7 == len(groups["patched"].seats) == len(groups["as-it-is"].seats)
    assert groups["patched"].rigging is not None
    assert groups["as-it-is"].rigging is None
    assert mean(nominal.loss[7]) + mean(groups["as-it-is"].added_loss) == pytest.approx(0.95)
    assert mean(groups["patched"].added_loss) == 0


def test_atlantis_is_ranked_by_the_record_of_the_shuttle(cases):
    """Two losses in 113 flights: 2.5 / 114 = 0.0219 for a whole flight, half of it on the way up, half down."""
    case = cases["sts-107"]
    (option,) = by_id(case.vehicles)["atlantis"].launch
    home = case.vehicle_types[0].health.nominal.loss[11]
    assert mean(option.ascent_loss) + mean(home) == pytest.approx(2.5 / 114, rel=0.01)
