"""What the shipped cases of Starliner, of Soyuz in 2018 and of MS-22 on two more dates say, and that what was flown
breaks no rule.

Nothing here solves a case: what is judgement in them is fixed before that.
"""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from crewreturn.models.base import Entity, Estimate, mean
from crewreturn.models.case import Case
from crewreturn.models.case_file import load_case
from crewreturn.models.checks.walk import nodes
from crewreturn.models.crew import Liner, Suit
from crewreturn.models.fleet import Health, Passage, Vehicle
from crewreturn.models.plan import Plan
from crewreturn.models.statements import Alternative
from crewreturn.solver.check import evaluate

STARLINER, SOYUZ, DECEMBER, FEBRUARY = CASES = (
    "starliner-cft",
    "soyuz-2018",
    "soyuz-ms22-2022-12-30",
    "soyuz-ms22-2023-02-13",
)
DAY = timedelta(days=1)
THREE = ("prokopyev", "petelin", "rubio")


@cache
def case_of(name: str) -> Case:
    return load_case(name)


def flown_in(name: str) -> Plan:
    decided = case_of(name).as_decided
    assert decided is not None
    return decided.plan


def on(year, month, day):
    return datetime(year, month, day, tzinfo=UTC)


def by_id(entities):
    return {entity.id: entity for entity in entities}


def ship_of(name: str, ship: str) -> Vehicle:
    return by_id(case_of(name).vehicles)[ship]


def seats_of(name: str) -> dict[str, str]:
    """The ship in which each person aboard holds a seat at the start."""
    return {person.id: person.aboard_in.vehicle for person in case_of(name).people if person.aboard_in}


def standing(name: str) -> dict[str, str]:
    """Where the docked ships stand at the start."""
    return {ship.id: ship.docked_at for ship in case_of(name).vehicles if ship.docked_at}


def departs(plan: Plan, ship: str) -> datetime:
    return next(event.at for event in plan.departures if event.vehicle == ship)


def launched(plan: Plan, ship: str) -> tuple[str | None, datetime | None, str]:
    return next((event.option, event.launch, event.port) for event in plan.launches if event.vehicle == ship)


def losses(passage: Passage | None) -> dict[int, float]:
    assert passage is not None
    return {number: mean(loss) for number, loss in passage.loss.items()}


# ---------------------------------------------------------------------------------------------------------- all of them


@pytest.mark.parametrize("name", CASES)
def test_the_flown_plan_breaks_no_rule(name):
    """It was flown, so the case must allow it, and it left nobody without a way home."""
    verdict = evaluate(case_of(name), flown_in(name))
    assert [str(violation) for violation in verdict.violations] == []
    assert verdict.by_source["stranded"] == 0
    assert verdict.measures["extra_launches"] == 0
    assert verdict.measures["understaffed_days"] == 0


@pytest.mark.parametrize("name", CASES)
def test_every_number_has_a_source_and_only_the_evacuation_rate_is_no_judgement(name):
    """No agency published a probability behind any of these decisions."""
    bare = []
    for part in (node.part for node in nodes(case_of(name))):
        for field, info in type(part).model_fields.items():
            if "Estimate" not in repr(info.annotation) or field not in part.model_fields_set:
                continue
            value = getattr(part, field)
            bare += [
                f"{type(part).__name__}.{field} = {number}"
                for number in (value.values() if isinstance(value, dict) else [value])
                if not (isinstance(number, Estimate) and number.source and number.confidence)
            ]
    assert bare == []
    known = [
        part
        for part in (node.part for node in nodes(case_of(name)))
        if isinstance(part, Estimate) and part.confidence != "judgement"
    ]
    assert known == [case_of(name).evacuation.rate_per_day]


@pytest.mark.parametrize("name", CASES)
def test_every_fact_has_a_source_and_a_confidence(name):
    """Suits and liners follow from the ship somebody comes in; alternatives are questions, not facts."""
    silent = [
        f"{type(part).__name__} {part.id}"
        for part in (node.part for node in nodes(case_of(name)))
        if isinstance(part, Entity)
        and not isinstance(part, Suit | Liner | Alternative)
        and not (part.source and part.confidence)
    ]
    assert silent == []


@pytest.mark.parametrize("name", CASES)
def test_sound_ships_and_prices_are_those_of_the_ms22_case(name):
    """No source ranks sound ships, so a Soyuz, a Dragon and a Starliner have one table, the same in every case; nor
    does anything say that a move or a launch was worth more in one year than in another.
    """
    reference = load_case("soyuz-ms22")
    soyuz = by_id(reference.vehicle_types)["soyuz-ms"]
    for kind in case_of(name).vehicle_types:
        if not kind.groups:
            continue
        for purpose in ("emergency", "nominal"):
            own = losses(getattr(kind.health, purpose))
            assert set(own.values()) == set(losses(getattr(soyuz.health, purpose)).values()), kind.id
        assert mean(kind.unsuited.emergency) == mean(soyuz.unsuited.emergency)
        assert kind.unsuited.nominal is None
        added = [mean(step.added_loss) for step in kind.docked_life]
        assert added == [mean(step.added_loss) for step in soyuz.docked_life]
    ascents = {mean(option.ascent_loss) for ship in case_of(name).vehicles for option in ship.launch}
    assert ascents <= {0.0, 1.5e-3}
    assert case_of(name).objective == reference.objective
    assert case_of(name).evacuation == reference.evacuation


@pytest.mark.parametrize("name", CASES)
def test_places_on_a_pallet_cost_the_same_in_every_dragon(name):
    """Each person beyond the certified four makes the ride worse; with so many on it, one Dragon is as another."""
    table = losses(by_id(load_case("soyuz-ms22").vehicles)["dragon-endurance"].health[0].emergency)
    found = 0
    for ship in case_of(name).vehicles:
        for group in ship.extra_groups:
            found += 1
            assert group.contingency
            assert not group.hookups
            assert mean(group.added_loss) == 1e-3
            own = losses(ship.health[0].emergency)
            assert own == {number: table[number] for number in own}
    assert found == {STARLINER: 2, SOYUZ: 0, DECEMBER: 2, FEBRUARY: 3}[name]


@pytest.mark.parametrize(
    ("name", "start", "ticks"),
    [
        (STARLINER, on(2024, 8, 24), 220),  # 8 + 30 + 31 + 30 + 31 + 31 + 28 + 31: to the end of March
        (SOYUZ, on(2018, 10, 31), 93),  # 1 + 30 + 31 + 31: to the end of January
        (DECEMBER, on(2022, 12, 30), 275),  # 13 days more than the 262 of the case of 12 January
        (FEBRUARY, on(2023, 2, 13), 230),  # 32 days fewer
    ],
)
def test_the_case_holds_what_was_known_when_it_starts(name, start, ticks):
    assert case_of(name).known_at == case_of(name).horizon.start == start
    assert case_of(name).ticks == ticks


@pytest.mark.parametrize(
    ("name", "waived"),
    [
        (STARLINER, {"ride-starliner": ("no-nominal-starliner",)}),
        (
            SOYUZ,
            {
                "leave-empty": ("station-occupied", "russian-segment", "us-segment", "ms09-handover"),
                "stretch-ms09": ("ms09-within-200-days",),
            },
        ),
        (DECEMBER, {}),  # nothing was barred yet
        (FEBRUARY, {"ms23-no-wait": ("coolant-check",)}),
    ],
)
def test_what_the_alternatives_waive(name, waived):
    """What was barred by then can be asked about, but not recommended."""
    assert {entry.id: entry.waive for entry in case_of(name).alternatives if entry.waive} == waived


# ------------------------------------------------------------------------------------------------------------ Starliner


def test_nine_people_are_aboard_and_both_ports_are_full():
    """Crew-8 (four) at Harmony zenith, MS-25 (three) at Prichal, Starliner (two) at Harmony forward. Rassvet is free
    for MS-26. So Crew-9 can only come when one of the two at Harmony has gone: the case has no third such port.
    """
    seats = seats_of(STARLINER)
    assert sorted(seats.values()) == ["dragon-endeavour"] * 4 + ["soyuz-ms25"] * 3 + ["starliner-calypso"] * 2
    assert standing(STARLINER) == {
        "starliner-calypso": "harmony-forward",
        "dragon-endeavour": "harmony-zenith",
        "soyuz-ms25": "prichal",
    }
    assert [port.id for port in case_of(STARLINER).ports if port.interface == "IDSS"] == [
        "harmony-forward",
        "harmony-zenith",
    ]


def test_boeing_suits_serve_in_starliner_only_and_wilmore_has_no_other_aboard():
    """A spare SpaceX suit fits Williams; his comes up with Crew-9 flown by two, or with an extra Dragon."""
    aboard = {(suit.type, who) for suit in case_of(STARLINER).suits if suit.aboard for who in suit.fits}
    assert {kind for kind, who in aboard if who == "wilmore"} == {"boeing-iva"}
    assert {kind for kind, who in aboard if who == "williams"} == {"boeing-iva", "spacex-iva"}
    bring = {
        (ship.id, option.id)
        for ship in case_of(STARLINER).vehicles
        for option in ship.launch
        if "iva-wilmore" in option.brings.suits
    }
    assert bring == {("dragon-freedom", "with-two"), ("dragon-extra", "empty")}
    takes = {kind.suit for kind in case_of(STARLINER).vehicle_types if kind.id != "starliner"}
    assert "boeing-iva" not in takes


def test_starliner_is_for_emergencies_only_as_ms22_with_two():
    """Cleared for an emergency, refused for a planned day: a statement, since the same was said of MS-22."""
    state: Health = ship_of(STARLINER, "starliner-calypso").health[0]
    ms22 = ship_of(FEBRUARY, "soyuz-ms22").health[0]
    assert losses(state.emergency)[2] == losses(ms22.emergency)[2]
    assert losses(state.nominal)[2] == losses(ms22.nominal)[2]
    assert [rule.id for rule in case_of(STARLINER).restrictions] == ["no-nominal-starliner"]


def test_docked_lives_end_around_the_decision():
    """Starliner, launched on 5 June: 90 days on 3 September. Endeavour, of 4 March: 210 days on 30 September."""
    types = by_id(case_of(STARLINER).vehicle_types)
    for ship, step, end in (
        ("starliner-calypso", "starliner-waived", on(2024, 9, 3)),
        ("dragon-endeavour", "dragon-waived", on(2024, 9, 30)),
    ):
        vehicle = ship_of(STARLINER, ship)
        assert vehicle.launched is not None
        reached = vehicle.launched + by_id(types[vehicle.type].docked_life)[step].after
        assert reached.date() == end.date()


def test_crew_9_with_two_keeps_a_pilot_and_a_cosmonaut():
    """Hague is trained to fly it, Gorbunov is not; Cardman and Wilson stay behind and miss their window."""
    options = by_id(ship_of(STARLINER, "dragon-freedom").launch)
    two = options["with-two"].brings.people
    people = by_id(case_of(STARLINER).people)
    assert set(options["full"].brings.people) - set(two) == {"cardman", "wilson"}
    assert [who for who in two if "crew-dragon" in people[who].qualified] == ["hague"]
    assert [who for who in two if people[who].agency == "roscosmos"] == ["gorbunov"]
    assert evaluate(case_of(STARLINER), flown_in(STARLINER)).measures["displaced"] == 2


def test_the_two_of_starliner_as_flown():
    """Starliner until the day before it leaves (6 September), Crew-8's pallet unsuited until 1 October, then Freedom in
    SpaceX suits, which moves to zenith on 3 November and comes home on 18 March 2025.
    """
    plan = flown_in(STARLINER)
    for who in ("wilmore", "williams"):
        story = [(hold.vehicle, hold.suit, hold.from_) for hold in plan.holds if hold.person == who]
        assert story == [
            ("starliner-calypso", f"boeing-{who}", on(2024, 8, 24)),
            ("dragon-endeavour", None, on(2024, 9, 5)),
            ("dragon-freedom", f"iva-{who}", on(2024, 10, 1)),
        ]
    assert departs(plan, "starliner-calypso") == on(2024, 9, 6)
    assert launched(plan, "dragon-freedom") == ("with-two", on(2024, 9, 28), "harmony-forward")
    assert departs(plan, "dragon-endeavour") == on(2024, 10, 23)
    assert [(event.port, event.at) for event in plan.relocations] == [("harmony-zenith", on(2024, 11, 3))]
    assert departs(plan, "dragon-freedom") == on(2025, 3, 18)
    # The gap of real seats: 23 days from Starliner's departure to Crew-9's arrival, 25 to its being a lifeboat.
    assert (
        next(event.arrival for event in plan.launches if event.vehicle == "dragon-freedom") - on(2024, 9, 6) == 23 * DAY
    )


# ----------------------------------------------------------------------------------------------------------- Soyuz 2018


def test_three_people_have_one_ship_whose_200_days_end_before_christmas():
    """6 June and 200 days: 23 December, where both the step and the rule begin. 215 days, as long as a Soyuz had flown:
    7 January. The hole was in the orbital module, which is dropped before entry, so its health is that of any Soyuz.
    """
    assert set(seats_of(SOYUZ).values()) == {"soyuz-ms09"}
    assert standing(SOYUZ) == {"soyuz-ms09": "rassvet"}
    ms09 = ship_of(SOYUZ, "soyuz-ms09")
    assert ms09.health == ()
    assert ms09.launched is not None
    steps = by_id(case_of(SOYUZ).vehicle_types[0].docked_life)
    ends = [(ms09.launched + steps[step].after).date() for step in ("soyuz-waived", "soyuz-expired")]
    assert ends == [on(2018, 12, 23).date(), on(2019, 1, 7).date()]
    (rule,) = case_of(SOYUZ).restrictions
    assert rule.forbid is not None
    assert rule.forbid.hold is not None
    assert rule.forbid.hold.from_ == on(2018, 12, 23)


def test_cargo_flies_first():
    """The rocket is tried without people: Progress MS-10 on 16 November, MS-11 from 3 December, and not without it."""
    (chance,) = ship_of(SOYUZ, "progress-ms10").launch[0].opportunities
    assert chance.launch == on(2018, 11, 16)
    assert {option.earliest for option in ship_of(SOYUZ, "soyuz-ms11").launch} == {on(2018, 12, 3)}
    order = by_id(case_of(SOYUZ).traffic.precedences)["cargo-first"]
    assert (order.first.launch, order.then.launch, order.requires) == ("progress-ms10", "soyuz-ms11", True)


def test_2018_as_flown():
    """MS-11 with its crew on 3 December, at Poisk; MS-09 home on the 20th, seven days after its plan and three before
    its limit. The station was never empty.
    """
    plan = flown_in(SOYUZ)
    assert launched(plan, "soyuz-ms11") == ("full", on(2018, 12, 3), "poisk")
    assert departs(plan, "soyuz-ms09") == on(2018, 12, 20)
    measures = evaluate(case_of(SOYUZ), plan).measures
    assert measures["off_plan_days"] == 3 * 7
    assert measures["displaced"] == 0
    assert measures["graded_days"] == 0


# ------------------------------------------------------------------------------------------- MS-22 on two more dates


def test_in_december_nothing_is_barred_and_nobody_has_moved():
    """The State Commission spoke on 11 January; Rubio's liner moved on the 17th. CRS-26 has not left yet."""
    assert seats_of(DECEMBER) == seats_of("soyuz-ms22")
    assert [rule.id for rule in case_of(DECEMBER).restrictions] == ["ms24-flies-with-a-crew"]
    assert standing(DECEMBER) == standing("soyuz-ms22") | {"crs-26": "harmony-zenith"}


def test_in_december_ms22_is_as_bad_and_less_well_known():
    """The same means, twice the error factor: the thermal analysis was still to come."""
    then, later = (ship_of(name, "soyuz-ms22").health[0].emergency for name in (DECEMBER, "soyuz-ms22"))
    assert losses(then) == losses(later)
    assert then is not None
    assert {loss.error_factor for loss in then.loss.values() if isinstance(loss, Estimate)} == {10}


def test_dates_of_december():
    """MS-23 empty from 19 February instead of 16 March with its crew; Crew-6 in mid-February; an extra Dragon three
    months after the date of the case.
    """
    ms23 = by_id(ship_of(DECEMBER, "soyuz-ms23").launch)
    assert (ms23["empty"].earliest, ms23["full"].earliest) == (on(2023, 2, 19), on(2023, 3, 16))
    assert ship_of(DECEMBER, "dragon-endeavour").launch[0].earliest == on(2023, 2, 15)
    assert ship_of(DECEMBER, "dragon-backup").launch[0].earliest == on(2023, 3, 30)


def test_in_february_rubio_and_his_liner_are_in_endurance():
    """Moved on 17-18 January. The two others keep MS-22; Crew-5 is where it was."""
    assert seats_of(FEBRUARY) == seats_of("soyuz-ms22") | {"rubio": "dragon-endurance"}
    liners = {liner.owner: liner.in_ for liner in case_of(FEBRUARY).liners if liner.in_}
    assert liners == {"prokopyev": "soyuz-ms22", "petelin": "soyuz-ms22", "rubio": "dragon-endurance"}
    rubio = by_id(case_of(FEBRUARY).people)["rubio"].aboard_in
    assert rubio is not None
    assert (rubio.group, rubio.suit) == ("cargo-1", None)


def test_in_february_soyuz_is_held_until_it_has_been_looked_at():
    """Put off from 20 February; flown on the 24th, which is where the blackout is made to end. Progress MS-21, leak or
    not, frees Poisk on the 18th.
    """
    (check,) = case_of(FEBRUARY).traffic.blackouts
    assert (check.forbids, check.types, check.to) == (("launch",), ("soyuz-ms",), on(2023, 2, 24))
    (empty,) = ship_of(FEBRUARY, "soyuz-ms23").launch
    assert empty.earliest == on(2023, 2, 20)
    assert empty.brings.people == ()
    leave = ship_of(FEBRUARY, "progress-ms21").leave
    assert leave is not None
    assert leave.not_before == leave.not_after == on(2023, 2, 18)


def test_in_february_staying_until_september_is_the_plan():
    """MS-24 on 15 September, docked on the 16th by the day, a week's handover: the 23rd. Its crew is the one that
    MS-23 leaves behind, and is planned in MS-24 only.
    """
    people = by_id(case_of(FEBRUARY).people)
    assert {people[who].planned_return for who in THREE} == {on(2023, 9, 23)}
    (full,) = ship_of(FEBRUARY, "soyuz-ms24").launch
    assert full.planned is not None
    assert full.brings.people == ("kononenko", "chub", "ohara")
    assert evaluate(case_of(FEBRUARY), flown_in(FEBRUARY)).measures["displaced"] == 0


@pytest.mark.parametrize(("name", "moves"), [(DECEMBER, 4), (FEBRUARY, 3)])
def test_both_tell_the_flown_story_from_their_date_on(name, moves):
    """What was flown after 12 January (or 13 February) is the same in all three cases: MS-23 at Poisk, its moves of
    March, MS-22 home empty, the three home on 27 September. A move of four hours leaves a sixth of a day without a
    seat.
    """
    plan, whole = flown_in(name), flown_in("soyuz-ms22")
    start = max(case_of(name).horizon.start, on(2023, 1, 12))
    assert plan.launches == whole.launches
    assert [event for event in plan.departures if event.vehicle != "crs-26"] == list(whole.departures)
    assert plan.relocations == whole.relocations
    assert plan.liner_moves == tuple(move for move in whole.liner_moves if move.begin >= start)
    for person in case_of(name).people:
        days = (start + n * DAY for n in range((case_of(name).horizon.end - start).days))
        for day in days:
            one, other = plan.seat_of(person.id, day), whole.seat_of(person.id, day)
            assert (one and (one.vehicle, one.group)) == (other and (other.vehicle, other.group)), (person.id, day)
    measures = evaluate(case_of(name), plan).measures
    assert measures["liner_moves"] == moves
    assert measures["unassured_days"] == pytest.approx(moves * 4 / 24)
