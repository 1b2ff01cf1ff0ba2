"""What has to hold of the best plan of any case, without knowing the plan: on cases that Hypothesis draws.

Values are compared in the solver's own integers, in which a plan costs the same whatever else could be done: a case
that allows more has an optimum that is not worse by a single unit. So there is no allowance but for floats.
"""

import json
import re
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crewreturn.bench.random_cases import FEATURES
from crewreturn.models.canonical import dump_json
from crewreturn.models.case import Case
from crewreturn.models.consistency import waivable
from crewreturn.models.objective import Level
from crewreturn.models.plan import Plan
from crewreturn.models.statements import Statement
from crewreturn.solver.api import solve
from crewreturn.solver.check import RULES, evaluate
from crewreturn.solver.switches import STRUCTURAL

SECONDS = 20.0
"""Far more than a tiny case needs; one that takes longer, on a busy computer, is passed over."""
FLOAT = 1e-6
"""Of a unit; a whole one is 1e-4."""

COUNTED = (
    Level(id="graded", weights={"graded_days": 1.0, "displaced": 5.0}),
    Level(id="moves", weights={"reseats": 1.0, "liner_moves": 1.0, "relocations": 1.0, "riggings": 1.0}),
    Level(id="lateness", weights={"lateness": 1.0}),
)
"""Levels without a loss, in which people may be stranded for free."""

tries = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
several = settings(tries, max_examples=20)


def objective(data, case):
    """The prices of the case in one level, or three levels that only count."""
    if data.draw(st.booleans(), label="counted"):
        return COUNTED
    return tuple(level.model_copy(update={"tolerance": 0.0}) for level in case.objective if level.id == "burden")


def best(case, levels, **asked):
    """Values of the levels; None where no plan exists."""
    return values_of(solve(case, objective=levels, time_limit=SECONDS, **asked))


def values_of(answer):
    """The same of an answer, which has to be finished; the checker has to come to them too, but for roundings.

    A plan of a tiny case has a few hundred charged parts of at most half a unit, and a unit is 1e-4 micromorts.
    """
    assume(answer.status in ("optimal", "infeasible"))
    if answer.status == "infeasible":
        return None
    for level in answer.levels:
        allowed = 0.05 if level.unit else FLOAT
        assert level.value == pytest.approx(answer.evaluation.objective[level.id], abs=allowed)
    return [level.value for level in answer.levels]


def better(one, other):
    """Whether values are better in the first level in which they differ; any plan is better than none."""
    if one is None or other is None:
        return one is not None and other is None
    return next((a < b for a, b in zip(one, other, strict=True) if abs(a - b) > FLOAT), False)


def same(one, other):
    """Equal values, or no plan in either case."""
    return not better(one, other) and not better(other, one)


def edited(case, edit):
    """The case after an edit of its document."""
    data = json.loads(dump_json(case, defaults=True))
    edit(data)
    return Case.model_validate_json(json.dumps(data))


def without_floors(case):
    """The case without limits from below, which a measure that got less can break."""
    kept = [
        rule for rule in case.restrictions if not (rule.require and rule.require.limit and rule.require.limit.at_least)
    ]
    return case.model_copy(update={"restrictions": tuple(kept), "alternatives": ()})


def mapped(value, text):
    """A document with every text in it replaced; keys stay."""
    if isinstance(value, dict):
        return {key: mapped(part, text) for key, part in value.items()}
    if isinstance(value, list):
        return [mapped(part, text) for part in value]
    return text(value) if isinstance(value, str) else value


# ---------------------------------------------------------------------------------------------- one and the same


@several
@given(data=st.data())
def test_the_checker_agrees(data, cases):
    """A plan that is handed out breaks no rule, and comes to what was proven of it (see `values_of`)."""
    case = data.draw(cases())
    levels = objective(data, case)
    answer = solve(case, objective=levels, time_limit=SECONDS)
    assume(answer.plan is not None)
    assert values_of(answer) is not None
    found = evaluate(case.model_copy(update={"objective": levels}), answer.plan)
    assert found.violations == ()
    assert found == answer.evaluation


def renamed(case):
    """Functions that give every id a fresh one, in the opposite order of the alphabet, and take it back.

    Ids of levels stay: they are not in the plan, and some are names of measures too.
    """
    data = json.loads(dump_json(case, defaults=True))
    ids = list(dict.fromkeys(entity_ids({key: part for key, part in data.items() if key != "objective"})))
    fresh = {name: f"{chr(122 - number % 26)}{len(ids) - number:03}" for number, name in enumerate(ids)}

    def there(text):
        owner, dot, bound = text.partition(".")
        return fresh[text] if text in fresh else fresh[owner] + dot + bound if dot and owner in fresh else text

    old = {new: name for name, new in fresh.items()}
    return there, lambda text: old.get(text, text)


def entity_ids(value):
    """All ids in a document."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value["id"]] if isinstance(value, dict) and isinstance(value.get("id"), str) else []
    return own + [name for part in parts for name in entity_ids(part)]


def shifted(days):
    """A function that moves an instant by whole days."""

    def text(value):
        if not re.match(r"\d{4}-\d\d-\d\dT", value):
            return value
        return (datetime.fromisoformat(value) + timedelta(days=days)).isoformat()

    return text


@tries
@given(data=st.data())
def test_names_and_epoch_do_not_matter(data, cases):
    """All ids replaced by fresh ones, and all dates moved by some days: same values, and same plan put back.

    Only order and differences may count. The new ids sort the other way round, so that nothing can hang on them.
    """
    case = data.draw(cases())
    levels = objective(data, case)
    days = data.draw(st.sampled_from([-366, 31, 3653]))
    there, back = renamed(case)
    document = mapped(mapped(json.loads(dump_json(case, defaults=True)), there), shifted(days))
    elsewhere = Case.model_validate_json(json.dumps(document))
    here, other = (solve(entry, objective=levels, time_limit=SECONDS) for entry in (case, elsewhere))
    assert values_of(here) == values_of(other)
    if here.plan is not None:
        plan = mapped(mapped(json.loads(dump_json(other.plan)), shifted(-days)), back)
        assert Plan.model_validate_json(json.dumps(plan)).joined() == here.plan.joined()


@tries
@given(data=st.data())
def test_the_order_of_lists_does_not_matter(data, cases):
    """Ports, ships, people and rules listed otherwise: same values. (The plan is put in the case's order.)"""
    case = data.draw(cases())
    levels = objective(data, case)

    def shuffle(document):
        for key, part in document.items():
            if isinstance(part, list) and key != "objective":
                document[key] = data.draw(st.permutations(part))

    assert same(best(case, levels), best(edited(case, shuffle), levels))


@settings(tries, max_examples=6)
@given(data=st.data())
def test_a_case_that_was_written_and_read_is_the_same(data, cases):
    """With its defaults or without: equal, and answered by the same plan."""
    case = data.draw(cases())
    levels = objective(data, case)
    answers = []
    for read in (case, *(Case.model_validate_json(dump_json(case, defaults=defaults)) for defaults in (False, True))):
        assert read == case
        answers.append(solve(read, objective=levels, time_limit=SECONDS))
    assert values_of(answers[0]) == values_of(answers[1]) == values_of(answers[2])
    assert answers[0].plan == answers[1].plan == answers[2].plan


@tries
@given(data=st.data())
def test_a_rate_that_changes_to_itself_is_constant(data, cases):
    """Dated changes to the rate that is in force already: same values.

    Survival is then a product of other factors, so that a part may be rounded to the next unit (1e-4) in either case.
    """
    case = data.draw(cases(features=FEATURES - {"rate-changes"}))
    levels = objective(data, case)
    ticks = data.draw(st.sets(st.integers(-1, case.ticks - 1), min_size=1, max_size=3))

    def split(document):
        rate = document["evacuation"]["rate_per_day"]
        dates = [case.horizon.start + tick * case.resolution for tick in sorted(ticks)]
        document["evacuation"]["changes"] = [{"from": date.isoformat(), "rate_per_day": rate} for date in dates]

    plain, stepwise = best(case, levels), best(edited(case, split), levels)
    assert (plain is None) == (stepwise is None)
    assert plain is None or stepwise == pytest.approx(plain, abs=0.01)


@tries
@given(data=st.data())
def test_twice_the_weights_twice_the_value(data, cases):
    """The unit of a level is nobody's business: the best plan is the same."""
    case = data.draw(cases())
    levels = objective(data, case)
    doubled = [
        level.model_copy(update={"weights": {name: 2 * weight for name, weight in level.weights.items()}})
        for level in levels
    ]
    once, twice = best(case, levels), best(case, doubled)
    assert same(twice, None if once is None else [2 * value for value in once])


# ------------------------------------------------------------------------------------------- more is never worse


def one_more(data, case, document):
    """Add to a document what can only help, and say what it was; None if the case has no place for it."""
    seated = [owner for owner in (*document["vehicle_types"], *document["vehicles"]) if groups_of(owner)]
    brought = {name for ship in document["vehicles"] for brings in cargo(ship) for name in brings["liners"]}
    landed = {liner["kind"] for liner in document["liners"] if liner["id"] in brought}
    groups = [group for owner in seated for group in groups_of(owner) if group["needs_liner"] not in landed]
    dated = [option for ship in document["vehicles"] for option in ship["launch"]]
    flying = [ship["in_flight"] for ship in document["vehicles"] if ship["in_flight"]]
    places = {"port": document["ports"], "suit": document["suit_types"], "seat": groups}
    places |= {"opportunity": dated, "arrival": flying}
    what = data.draw(st.sampled_from([name for name, found in places.items() if found]))
    place = data.draw(st.sampled_from(places[what]))
    if what == "port":
        document["ports"].append({"id": "more", "interface": place["interface"]})
    elif what == "suit":
        fits = [person["id"] for person in document["people"]]
        document["suits"].append({"id": "more", "type": place["id"], "fits": fits, "aboard": True})
    elif what == "seat":
        place["seats"].append("more")
    else:
        tick = data.draw(st.integers(0, case.ticks - 1))
        date = (case.horizon.start + tick * case.resolution).isoformat().replace("+00:00", "Z")
        if what == "arrival":
            place["arrivals"] = sorted({*place["arrivals"], date})
        elif not place["opportunities"]:
            assume(datetime.fromisoformat(place["latest"]) < case.horizon.start + tick * case.resolution)
            place["latest"] = date
        else:
            assume(all(chance["launch"] != date for chance in place["opportunities"]))
            place["opportunities"].append({"launch": date, "transit": "P1D"})
            place["opportunities"].sort(key=lambda chance: chance["launch"])
    return what


def groups_of(owner):
    """Seat groups of a type or a ship."""
    return owner.get("groups") or owner.get("extra_groups") or []


def cargo(ship):
    """What the options of a ship, or its flight, bring."""
    return [way["brings"] for way in (*ship["launch"], ship["in_flight"]) if way]


@several
@given(data=st.data())
def test_more_to_choose_from_is_never_worse(data, cases):
    """A port, a seat, a suit that fits everyone, a launch date or an arrival more: every plan stays what it was.

    But for one kind of seat. A liner comes in the ship that brings it if there is a seat for it there, else it is
    stowed; so where ships bring liners of a kind, one seat more that takes this kind sends a liner into a ship instead
    of the station. If that ship leaves before there was time to move it, it is gone, and the seat made things worse.
    """
    case = data.draw(cases())
    levels = objective(data, case)
    said = []
    richer = edited(case, lambda document: said.append(one_more(data, case, document)))
    assert not better(best(case, levels), best(richer, levels)), said


def test_a_seat_more_can_send_a_liner_away(little):
    """The exception, with its numbers: the ship brings two liners, stays a day, and may take nobody home.

    With one seat in it, Bob's liner, the first, comes in the ship and Ann's is stowed. Ann is without a seat for two
    days (an evacuation comes with 1 - exp(-0.02) = 0.019801), holds her liner's seat in the old ship for one
    (0.1 x (exp(-0.02) - exp(-0.03)) = 0.000975) and goes home in it (0.01 x exp(-0.03) = 0.009704): 30,481 umort. With
    two seats her liner comes in the ship too, which leaves before it can be moved. Then she never has a seat.
    """
    couch = {"id": "couch", "seats": ["1"], "needs_liner": "shell"}
    old = little.ship_type("old", 1, 0.1, 0.01, groups=[couch])
    parts = {
        "horizon": {"start": little.day(0), "end": little.day(6)},
        "liner_kinds": [{"id": "shell", "move": {"takes": "PT0M"}}],
        "liners": [{"id": f"of-{name}", "kind": "shell", "owner": name} for name in ("bob", "ann")],
        "people": [{"id": "ann", "aboard": True}, {"id": "bob"}],
        "objective": [{"id": "loss", "weights": {"expected_loss": 1}}],
    }
    flight = {"arrivals": [little.day(1)], "brings": {"liners": ["of-bob", "of-ann"]}}
    fly = {"id": "fly", "type": "fly", "in_flight": flight, "launched": little.day(-1)}
    ships = [{"id": "old", "type": "old", "docked_at": "fore"}, {**fly, "leave": {"not_after": little.day(2)}}]
    for seats, value in ((["1"], 30_481.1), (["1", "2"], 1_000_000)):
        kind = little.ship_type("fly", len(seats), 0.1, 0.01, groups=[{**couch, "seats": seats}])
        kind["health"]["nominal"] = {"allowed": False}
        case = little.case(vehicle_types=[old, kind], vehicles=ships, **parts)
        assert solve(case).levels[0].value == pytest.approx(value, abs=0.1)


@several
@given(data=st.data())
def test_what_is_waived_never_makes_it_worse(data, cases):
    """Fewer rules, and fewer that measures count: `understaffed_days` and `graded_days` do not count waived ones.

    Without a docked-life step the one before it stays in force: validation sees to it that this one adds no more and
    allows no less, but for a step that ends holding and returning, in which nobody has a loss to compare. Limits from
    below are left out: what is no longer counted can be missing there.
    """
    case = without_floors(data.draw(cases()))
    levels = objective(data, case)
    known = sorted(waivable(case))
    assume(known)
    waived = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
    assert not better(best(case, levels), best(case, levels, waive=waived)), waived


@several
@given(data=st.data())
def test_a_rule_switched_off_never_makes_it_worse(data, cases):
    """One rule fewer is more to choose from, and the checker lets that pass when it overlooks the same rule."""
    case = data.draw(cases())
    levels = objective(data, case)
    off = [data.draw(st.sampled_from(sorted(RULES.keys() - STRUCTURAL)))]
    answer = solve(case, objective=levels, time_limit=SECONDS, rules_off=off)
    assert not better(best(case, levels), values_of(answer)), off
    if answer.plan is not None:
        kept = {broken.rule for broken in evaluate(case, answer.plan).violations}
        assert kept <= set(off)


@several
@given(data=st.data())
def test_no_alternative_beats_the_free_case(data, cases):
    """An alternative is the case with statements more: it is no better than the case with the same ids waived."""
    case = data.draw(cases(always={"alternatives", "any-claims"}))
    assume(case.alternatives)
    levels = objective(data, case)
    other = data.draw(st.sampled_from(case.alternatives))
    assert not better(best(case, levels, alternative=other.id), best(case, levels, waive=other.waive))


@tries
@given(data=st.data())
def test_soft_staffing_is_never_worse_than_hard(data, cases):
    """A plan that keeps the rule misses nobody, so that it costs the same when the rule only prices who is missing."""
    case = data.draw(cases(always={"staffing"}))
    levels = objective(data, case)
    hard = [rule.id for rule in case.staffing if not rule.soft]
    assume(hard)
    softened = data.draw(st.sampled_from(hard))
    staffing = tuple(rule.model_copy(update={"soft": rule.soft or rule.id == softened}) for rule in case.staffing)
    assert not better(best(case, levels), best(case.model_copy(update={"staffing": staffing}), levels))


@tries
@given(data=st.data())
def test_safer_ships_are_never_worse(data, cases):
    """Half the loss in every emergency return: every plan loses less or the same, at the same prices.

    Limits from below are left out: less may be too little there.
    """
    case = without_floors(data.draw(cases()))
    levels = objective(data, case)

    def halve(document):
        healths = [kind["health"] for kind in document["vehicle_types"]]
        healths += [state for ship in document["vehicles"] for state in ship["health"]]
        for passage in (health["emergency"] for health in healths):
            for number, loss in (passage["loss"] if passage else {}).items():
                passage["loss"][number] = loss["mean"] / 2 if isinstance(loss, dict) else loss / 2

    assert not better(best(case, levels), best(edited(case, halve), levels))


# --------------------------------------------------------------------------------------- statements, and the checker


@several
@given(data=st.data())
def test_a_statement_that_the_best_plan_obeys_changes_nothing(data, cases):
    """The checker says whether it does. If so the optimum stays; if not it is no better, for there is less to choose.

    Some claims are those of the case, taken out of it; others say what the plan does. A return that is forbidden raises
    `graded_days` of who could return in that ship: there the optimum may also get worse.
    """
    case = data.draw(cases(always={"any-claims", "restrictions"}))
    levels = objective(data, case)
    free = case.model_copy(update={"restrictions": ()})
    answer = solve(free, objective=levels, time_limit=SECONDS)
    assume(answer.plan is not None and answer.status == "optimal")
    plan, tick = answer.plan, case.resolution
    said = [Statement(require=rule.require, forbid=rule.forbid) for rule in case.restrictions]
    for event in plan.departures:
        dates = {"from": event.at, "to": event.at + tick}
        said.append(Statement.model_validate({"require": {"depart": {"vehicle": event.vehicle, **dates}}}))
    for hold in plan.holds:
        seat = {"people": [hold.person], **hold.model_dump(by_alias=True, exclude={"person", "suit"})}
        said.append(Statement.model_validate({"require": {"hold": seat}}))
    assume(said)
    asked = data.draw(st.lists(st.sampled_from(said), min_size=1, max_size=3, unique_by=id))
    values = values_of(answer)
    found = best(free, levels, statements=asked)
    assert not better(found, values)
    bars = any(one.forbid is not None and one.forbid.return_ is not None for one in asked)
    graded = any("graded_days" in level.weights for level in levels)
    if evaluate(free, plan, statements=asked).ok and not (bars and graded):
        assert same(found, values)


@several
@given(data=st.data())
def test_rules_switched_off_only_take_violations_away(data, cases):
    """Of a plan that obeys nothing: what is left is what was there, no number changes, and what was off is said."""
    case = data.draw(cases(always={"as-decided"}))
    plan = case.as_decided.plan
    whole = evaluate(case, plan)
    families = sorted({rule.partition(".")[0] for rule in RULES})
    off = data.draw(st.lists(st.sampled_from([*sorted(RULES), *families]), max_size=4, unique=True))
    found = evaluate(case, plan, rules_off=off)
    kept = [broken for broken in whole.violations if not {broken.rule, broken.rule.partition(".")[0]} & set(off)]
    assert list(found.violations) == kept
    assert found.rules_off == tuple(rule for rule in sorted(RULES) if {rule, rule.partition(".")[0]} & set(off))
    whole = whole.model_copy(update={"violations": found.violations, "rules_off": found.rules_off})
    assert found == whole
