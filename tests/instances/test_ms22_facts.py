"""What the shipped case of Soyuz MS-22 says of January 2023, and that the plan that was flown obeys it."""

import json
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from crewreturn.models.base import Entity, Estimate, Number, Probability, mean
from crewreturn.models.case import AsDecided, Case
from crewreturn.models.case_file import load_case
from crewreturn.models.checks.walk import nodes
from crewreturn.models.crew import Liner, Suit
from crewreturn.models.statements import Alternative
from crewreturn.solver.check import evaluate

DAY = timedelta(days=1)
THREE = ("prokopyev", "petelin", "rubio")


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("soyuz-ms22")


@pytest.fixture(scope="module")
def flown(case):
    assert case.as_decided is not None
    return case.as_decided.plan


def on(month, day):
    return datetime(2023, month, day, tzinfo=UTC)


def by_id(entities):
    return {entity.id: entity for entity in entities}


def test_seven_people_are_aboard_and_hold_the_seats_they_came_in(case):
    """Expedition 68 on 12 January: three came in MS-22, four in Endurance, and nobody has moved yet: the liner of Rubio
    is moved on the 17th. All the others are on the ground: Crew-6 (4), the crew of MS-23 (3), Crew-7 (4).
    """
    seats = {person.id: person.aboard_in.vehicle for person in case.people if person.aboard_in}
    assert seats == dict.fromkeys(THREE, "soyuz-ms22") | dict.fromkeys(
        ("mann", "cassada", "wakata", "kikina"), "dragon-endurance"
    )
    assert not any(person.aboard for person in case.people)
    assert len(case.people) == 7 + 4 + 3 + 4


def test_ships_stand_where_they_stood(case):
    """Prichal is free since September, Harmony zenith since CRS-26 left on 9 January; Poisk is freed on 18 February by
    Progress MS-21, before MS-23 can dock on the 22nd at the earliest.
    """
    assert {ship.id: ship.docked_at for ship in case.vehicles if ship.docked_at} == {
        "soyuz-ms22": "rassvet",
        "dragon-endurance": "harmony-forward",
        "progress-ms21": "poisk",
    }
    leave = by_id(case.vehicles)["progress-ms21"].leave
    assert leave is not None
    assert leave.not_before == leave.not_after == on(2, 18)


def test_the_three_have_sokols_and_liners_in_ms22_and_no_spacex_suit_aboard(case):
    """So a seat of a Dragon, with its hook-up, is nothing to them before suits have been made and brought up; only the
    pallet, which takes liners, is.
    """
    aboard = {(suit.type, person) for suit in case.suits if suit.aboard for person in suit.fits}
    assert {person for kind, person in aboard if kind == "sokol-kv2"} == set(THREE)
    assert {person for kind, person in aboard if kind == "spacex-iva"} == {"mann", "cassada", "wakata", "kikina"}
    assert {liner.owner: liner.in_ for liner in case.liners if liner.in_} == dict.fromkeys(THREE, "soyuz-ms22")


def test_every_launch_with_people_brings_their_suits_and_their_liners(case):
    """Who arrives without the suit of the ship could not ride home in it; a couch without liner is no seat."""
    suits, liners, types = by_id(case.suits), by_id(case.liners), by_id(case.vehicle_types)
    for ship in case.vehicles:
        for option in ship.launch:
            people = set(option.brings.people)
            right = {
                who
                for item in option.brings.suits
                if suits[item].type == types[ship.type].suit
                for who in suits[item].fits
            }
            assert people <= right, f"{ship.id} {option.id}: {people - right} without suit"
            if ship.type == "soyuz-ms":
                assert people == {liners[item].owner for item in option.brings.liners}, f"{ship.id} {option.id}"


def test_ms22_is_the_worse_the_more_people_are_in_it(case):
    """The one order that was public: two are safer than three; and no sound ship is as bad as MS-22 with one."""
    ships = by_id(case.vehicles)
    emergency = ships["soyuz-ms22"].health[0].emergency
    assert emergency is not None
    losses = [mean(emergency.loss[number]) for number in (1, 2, 3)]
    assert losses == sorted(set(losses))
    certified = [
        mean(kind.health.emergency.loss[kind.health.emergency.most]) for kind in case.vehicle_types if kind.groups
    ]
    assert max(certified) < losses[0]
    assert len(set(certified)) == 1, "no source ranks sound ships, so none is better"


def test_a_full_dragon_is_as_any_sound_ship_and_each_more_makes_it_worse(case):
    """With its certified four Endurance has the table of its type; five, six and seven ("rather risky") grow."""
    kind = by_id(case.vehicle_types)["crew-dragon"]
    health = by_id(case.vehicles)["dragon-endurance"].health[0]
    for own, certified in ((health.emergency, kind.health.emergency), (health.nominal, kind.health.nominal)):
        assert own is not None
        assert mean(own.loss[4]) == mean(certified.loss[4])
        losses = [mean(own.loss[number]) for number in (4, 5, 6, 7)]
        assert losses == sorted(set(losses))


def test_ms23_flies_the_sooner_the_fewer_it_brings(case):
    """Empty on 20 February, with one pilot not before March (the day is assumed), with its crew on 16 March."""
    options = by_id(by_id(case.vehicles)["soyuz-ms23"].launch)
    assert [options[name].earliest for name in ("empty", "one-pilot", "full")] == [on(2, 20), on(3, 5), on(3, 16)]
    assert [len(options[name].brings.people) for name in ("empty", "one-pilot", "full")] == [0, 1, 3]


def test_only_the_extra_dragon_is_an_extra_launch(case):
    """A launch has the price of an extra one where no option of the ship is planned. MS-24 is in the plan, though the
    people who may fly in it are planned in MS-23.
    """
    extra = [ship.id for ship in case.vehicles if ship.launch and not any(option.planned for option in ship.launch)]
    assert extra == ["dragon-backup"]


def test_nobody_is_planned_twice_and_every_crew_once(case):
    """The planned crews are those of MS-23, Crew-6 and Crew-7; the planned option of MS-24 names nobody, and may not be
    flown, since it would be three free seats.
    """
    planned = [
        who for ship in case.vehicles for option in ship.launch if option.planned for who in option.brings.people
    ]
    assert len(planned) == len(set(planned)) == 3 + 4 + 4
    ms24 = [option.id for option in by_id(case.vehicles)["soyuz-ms24"].launch if option.planned]
    assert ms24 == ["own-crew"]
    forbidden = [rule.forbid.launch for rule in case.restrictions if rule.forbid and rule.forbid.launch]
    assert [(claim.vehicle, claim.option) for claim in forbidden] == [("soyuz-ms24", "own-crew")]


def test_only_riding_ms22_waives_anything(case):
    """The recommendation is the best alternative that waives nothing; what the State Commission barred cannot be it."""
    assert {entry.id: entry.waive for entry in case.alternatives if entry.waive} == {"ride-ms22": ("no-nominal-ms22",)}
    assert {entry.id for entry in case.alternatives} == {
        "ride-ms22",
        "ms23-empty",
        "ms23-one-pilot",
        "ms23-empty-one-seat",
        "ms23-empty-three-seats",
        "backup-dragon",
        "crew6-seats-free",
    }


def test_every_number_has_a_source_and_a_confidence(case):
    """Every loss, rate and chance that the file sets is an estimate with both; what it leaves at 0 is no number of it.
    Counts, durations and prices are no estimates.
    """
    estimates = {name for kind in (Number, Probability) for name in map(str, get_args(kind))}
    assert str(Estimate) in estimates, "the fields below are found by this type"
    bare, found = [], 0
    for part in (node.part for node in nodes(case)):
        for name, field in type(part).model_fields.items():
            if "Estimate" not in repr(field.annotation) or name not in part.model_fields_set:
                continue
            value = getattr(part, name)
            for number in value.values() if isinstance(value, dict) else [value]:
                found += 1
                if not (isinstance(number, Estimate) and number.source and number.confidence):
                    bare.append(f"{type(part).__name__}.{name} = {number}")
    assert bare == []
    assert found > 60


def test_every_loss_is_judgement_and_only_the_evacuation_rate_is_not(case):
    """No agency published a probability behind the decision; a file that called one `sourced` would be lying."""
    found = [part for part in (node.part for node in nodes(case)) if isinstance(part, Estimate)]
    known = [part for part in found if part.confidence != "judgement"]
    assert known == [case.evacuation.rate_per_day]
    assert known[0].mean == pytest.approx(0.5 / 25.2 / 365.25, rel=0.01)  # Jeffreys: half an event in 25.2 years


def test_every_fact_has_a_source_and_a_confidence(case):
    """Ships, people, options, ports, rules: who reads them must see where they come from. Suits and liners follow from
    the ship somebody comes in; alternatives are questions, not facts.
    """
    silent = [
        f"{type(part).__name__} {part.id}"
        for part in (node.part for node in nodes(case))
        if isinstance(part, Entity)
        and not isinstance(part, Suit | Liner | Alternative)
        and not (part.source and part.confidence)
    ]
    assert silent == []


def test_the_case_holds_what_was_known_when_it_starts(case):
    """Its horizon starts at its knowledge; the leak of Progress MS-21 (11 February) is nowhere in its ships."""
    assert case.known_at == case.horizon.start == on(1, 12)
    assert case.ticks == 262  # 12 January to 30 September: 20 + 28 + 31 + 30 + 31 + 30 + 31 + 31 + 30
    assert by_id(case.vehicles)["progress-ms21"].health == ()


def test_dates_of_the_rotation_follow_from_half_a_year(case):
    """Crew-7 half a year after Crew-6 (26 February to 26 August), MS-24 half a year (183 days) after 16 March."""
    ships = by_id(case.vehicles)
    assert ships["dragon-crew-7"].launch[0].earliest == on(8, 26)
    assert {option.earliest for option in ships["soyuz-ms24"].launch} == {on(3, 16) + 183 * DAY}


def test_the_flown_plan_tells_the_known_story(flown):
    """Rubio's lifeboat is MS-22, then Endurance's pallet from 17 January, then MS-23 from 6 March; the two others keep
    MS-22 until 2 March; all three hold MS-23 when it leaves on 27 September.
    """
    story = [(hold.vehicle, hold.group, hold.from_) for hold in flown.holds if hold.person == "rubio"]
    assert story == [
        ("soyuz-ms22", "couch", on(1, 12)),
        ("dragon-endurance", "cargo-1", on(1, 17)),
        ("soyuz-ms23", "couch", on(3, 6)),
    ]
    for person in ("prokopyev", "petelin"):
        assert flown.seat_of(person, "2023-03-01").vehicle == "soyuz-ms22"
        assert flown.seat_of(person, "2023-03-02").vehicle == "soyuz-ms23"
    assert {who for who in THREE if flown.seat_of(who, "2023-09-26").vehicle == "soyuz-ms23"} == set(THREE)
    assert next(event.at for event in flown.departures if event.vehicle == "soyuz-ms23") == on(9, 27)


def test_liners_leave_endurance_before_it_does(flown):
    """Rubio's liner is out on 6 March, five days before Endurance leaves: a liner left in a ship is gone."""
    last = max(move.begin for move in flown.liner_moves if move.liner == "kazbek-rubio")
    leaves = next(event.at for event in flown.departures if event.vehicle == "dragon-endurance")
    assert leaves - last == 5 * DAY


def test_the_file_survives_being_written_and_read(case):
    """The plan that was flown rides along in the canonical form."""
    again = Case.model_validate_json(json.dumps(case.model_dump(mode="json", exclude_unset=True)))
    assert again == case
    assert isinstance(again.as_decided, AsDecided)


def test_the_flown_plan_passes_the_checker(case, flown):
    """It was flown, so it must break no rule; in fact it left nobody without a seat for longer than four moves of a
    liner, four hours each, last: two thirds of a person-day.
    """
    verdict = evaluate(case, flown)
    assert [str(violation) for violation in verdict.violations] == []
    measures = verdict.measures
    assert measures["unassured_days"] == pytest.approx(4 * 4 / 24)
    # K., C. and O'H. were planned in March and flew in September. Crew-6, Crew-7 and cargo flew inside their windows.
    assert measures["displaced"] == 3
    assert measures["extra_launches"] == 0
    assert measures["launches"] == 7
    assert measures["relocations"] == 2
    assert measures["liner_moves"] == 4
    # Rubio takes a seat in Endurance, then one in MS-23; the other two take one in MS-23.
    assert measures["reseats"] == 4
    assert measures["understaffed_days"] == 0
    # Three from 28 March to 27 September (183 days), Crew-5 four from 4 to 11 March, Crew-6 four from 31 August on.
    assert measures["off_plan_days"] == 3 * 183 + 4 * 7 + 4 * 3
    assert "stranded" not in {source for source, loss in verdict.by_source.items() if loss > 0}
