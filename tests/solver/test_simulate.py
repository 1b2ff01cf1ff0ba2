"""The simulation agrees with what the checker adds up, and would notice if it did not.

Nothing here is loose by luck: seeds are fixed, and every interval is so wide that among all comparisons of a test a
false alarm would come once in a thousand changes of the drawn numbers.
"""

import math
from statistics import NormalDist

import pytest

from crewreturn.bench.random_cases import TINY, random_case
from crewreturn.bench.textbook import Unsupported, solve_textbook
from crewreturn.models.plan import Plan
from crewreturn.models.problems import CrewreturnError
from crewreturn.solver import simulate as module
from crewreturn.solver.check import evaluate
from crewreturn.solver.fault_tree import fault_tree
from crewreturn.solver.simulate import difference, simulate

SURE = 1 - 1e-4
RATE = 0.01
"""Evacuations a day at the little station, which is looked at for ten days."""


def survives(days):
    """The chance that no evacuation strikes in so many days."""
    return math.exp(-RATE * days)


def plan(little, *holds, leaves=(), **more):
    """A plan of words: `ann old 0 10` holds a couch, `old 5` leaves."""
    return Plan.model_validate(
        {
            "holds": [
                {"person": who, "vehicle": ship, "group": "couch", "from": little.day(int(a)), "to": little.day(int(b))}
                for who, ship, a, b in map(str.split, holds)
            ],
            "departures": [{"vehicle": ship, "at": little.day(int(t))} for ship, t in map(str.split, leaves)],
            **more,
        }
    )


STAY = ("ann old 0 10", "bob old 0 10")


def end_of_the_line(little):
    """Both sit in `old`: e = 0.5 for ten days, r = 0.2 at the end."""
    gone = 1 - survives(10)
    return little.case(), plan(little, *STAY), {"emergency": 2 * 0.5 * gone, "return": 2 * 0.2 * survives(10)}


def home_early(little):
    """The same until day 5, when they leave."""
    gone = 1 - survives(5)
    chosen = plan(little, "ann old 0 5", "bob old 0 5", leaves=["old 5"])
    return little.case(), chosen, {"emergency": 2 * 0.5 * gone, "return": 2 * 0.2 * survives(5)}


def without_seats(little):
    """No seat and no way home: 0.4 each in an evacuation (there is a haven), 0.7 each at the end."""
    case = little.case(loss_unassured=0.4, loss_stranded=0.7)
    return case, Plan(), {"unassured": 2 * 0.4 * (1 - survives(10)), "stranded": 2 * 0.7 * survives(10)}


def hazard(little):
    """A leak costs 0.3 a day from day 1 to 6, up to the very instant of the evacuation, which comes at 0.3 a day.

    That is 0.3 times the integral of exp(-0.3 t), which is the fall of exp(-0.3 t) in these days.
    """
    case = little.case(
        evacuation={"rate_per_day": 0.3},
        hazards=[{"id": "leak", "rate_per_day": 0.3, "from": little.day(1), "to": little.day(6)}],
        loss_unassured=0.0,
        loss_stranded=0.2,
    )
    return case, Plan(), {"hazard": 2 * (math.exp(-0.3) - math.exp(-1.8)), "stranded": 2 * 0.2 * math.exp(-3)}


def rates_that_change(little):
    """No evacuation for 4 days, then three times the rate: S at the end is exp(-0.18)."""
    rates = {"rate_per_day": 0.0, "changes": [{"from": little.day(4), "rate_per_day": 0.03}]}
    survival = math.exp(-0.18)
    expected = {"emergency": 2 * 0.5 * (1 - survival), "return": 2 * 0.2 * survival}
    return little.case(evacuation=rates), plan(little, *STAY), expected


def additions(little):
    """What group (0.03), docked life (0.05) and being unsuited (0.07 in an emergency, 0.02 else) add to both tables.

    The step of docked life is reached on day 4.
    """
    kind = little.ship_type("bad", 2, 0.5, 0.2)
    kind["groups"][0]["added_loss"] = 0.03
    kind |= {"suit": "sokol", "unsuited": {"emergency": 0.07, "nominal": 0.02}}
    kind["docked_life"] = [{"id": "old-age", "after": "P34D", "added_loss": 0.05}]
    ships = little.station()["vehicles"]
    ships[0]["launched"] = little.day(-30)
    case = little.case(
        vehicle_types=[kind, little.ship_type("good", 2, 0.1, 0.01)], vehicles=ships, suit_types=[{"id": "sokol"}]
    )
    gone, left = 1 - survives(10), survives(10)
    expected = {
        "emergency": 2 * 0.5 * gone,
        "return": 2 * 0.2 * left,
        "seat": 2 * 0.03 * (gone + left),
        "suit": 2 * (0.07 * gone + 0.02 * left),
        "life": 2 * 0.05 * (survives(4) - survives(10) + left),
    }
    return case, plan(little, *STAY), expected


def ride(little):
    """`old` moves to a third port on day 3, with 0.25 for each of those in it."""
    kind = little.ship_type("bad", 2, 0.5, 0.2)
    kind["health"]["relocation"] = {"loss": {"2": 0.25}}
    case = little.case(
        ports=[*little.station()["ports"], {"id": "top", "interface": "ring"}],
        vehicle_types=[kind, little.ship_type("good", 2, 0.1, 0.01)],
    )
    move = {"vehicle": "old", "port": "top", "at": little.day(3)}
    expected = {
        "relocation": 2 * 0.25 * survives(3),
        "emergency": 2 * 0.5 * (1 - survives(10)),
        "return": 2 * 0.2 * survives(10),
    }
    return case, plan(little, *STAY, relocations=[move]), expected


def moved_liner(little):
    """Ann's liner is stowed in a move of eighteen hours that begins on day 2: for so long she has no seat as well.

    The rest of a move comes on top of the seat held that day: 1.0 and 0.5 make more than one life in a sample that
    meets both, and so they do in the sum.
    """
    kind = little.ship_type("bad", 2, 0.5, 0.2)
    kind["groups"][0]["needs_liner"] = "foam"
    ships = little.station()["vehicles"]
    case = little.case(
        evacuation={"rate_per_day": 0.3},
        vehicle_types=[kind, little.ship_type("good", 2, 0.1, 0.01)],
        vehicles=ships,
        liner_kinds=[{"id": "foam", "move": {"takes": "PT18H"}}],
        liners=[{"id": f"{name}-foam", "kind": "foam", "owner": name, "in": "old"} for name in ("ann", "bob")],
    )
    chosen = plan(little, *STAY, liner_moves=[{"liner": "ann-foam", "begin": little.day(2)}])
    survival = math.exp(-3)
    expected = {
        "move": math.exp(-0.6) * (1 - math.exp(-0.3 * 0.75)),
        "emergency": 2 * 0.5 * (1 - survival),
        "return": 2 * 0.2 * survival,
    }
    return case, chosen, expected


def on_the_ground(little, **parts):
    """Cyd and her ship (e = 0.1, r = 0.01) are on the ground; launched on day 4 (ascent 0.3) it arrives on day 6."""
    option = {"id": "crew", "earliest": little.day(4), "latest": little.day(4), "transit": "P2D", "ascent_loss": 0.3}
    option |= {"brings": {"people": ["cyd"]}, "planned": {"from": little.day(4), "to": little.day(5)}}
    return little.case(
        vehicle_types=[little.ship_type("good", 2, 0.1, 0.01)],
        vehicles=[{"id": "new", "type": "good", "launch": [option]}],
        people=[{"id": "cyd"}],
        **parts,
    )


def launched(little):
    """Cyd flies up on day 4, sits in her ship from day 6 on, and returns in it at the end."""
    up = {"vehicle": "new", "option": "crew", "launch": little.day(4), "arrival": little.day(6), "port": "fore"}
    expected = {
        "launch": 0.3 * survives(4),
        "emergency": 0.1 * (survives(6) - survives(10)),
        "return": 0.01 * survives(10),
    }
    return on_the_ground(little), plan(little, "cyd new 6 10", launches=[up]), expected


def left_on_the_ground(little):
    """Her planned launch is not flown: she flies and returns later, however likely the station is left (0.5 a day)."""
    return on_the_ground(little, evacuation={"rate_per_day": 0.5}), Plan(), {"deferred": 0.3 + 0.01}


HAND = [
    end_of_the_line,
    home_early,
    without_seats,
    hazard,
    rates_that_change,
    additions,
    ride,
    moved_liner,
    launched,
    left_on_the_ground,
]


@pytest.mark.parametrize("argued", HAND)
def test_hand_cases(little, argued):
    """Case by case, as its docstring argues: the checker has the sum, the simulation covers it.

    It would not cover it if any source were left out, or counted twice: that is what makes the agreement worth
    anything.
    """
    case, chosen, expected = argued(little)
    found = evaluate(case, chosen)
    assert {source: loss for source, loss in found.by_source.items() if loss > 0} == pytest.approx(expected)
    drawn = simulate(case, chosen, samples=2_000_000, confidence=SURE)
    assert drawn.expected_loss.covers(sum(expected.values()))
    for loss in expected.values():
        assert not drawn.expected_loss.covers(sum(expected.values()) - loss)
        assert not drawn.expected_loss.covers(sum(expected.values()) + loss)
    assert drawn.p_any_lost.covers(found.p_any_lost)
    for person in found.losses:
        assert drawn.by_person[person.person].covers(person.total)


def random_plans(seeds):
    """Random cases, each with the textbook model's plan, or with the empty one where it has none in time."""
    for seed in seeds:
        case = random_case(seed, TINY)
        try:
            found = solve_textbook(case, time_limit=1).plan
        except Unsupported:
            found = None
        yield case, found or Plan()


def test_random_cases():
    """Thirty random cases: what all, anyone and each person lose is covered, and few intervals say nothing.

    With about five intervals a case, a thousandth is shared out among 150 of them.
    """
    confidence = 1 - 1e-3 / 150
    with_seats = 0
    for case, chosen in random_plans(range(30)):
        found = evaluate(case, chosen)
        drawn = simulate(case, chosen, samples=200_000, confidence=confidence)
        with_seats += bool(chosen.holds)
        assert drawn.expected_loss.covers(found.expected_loss), case.id
        assert drawn.p_any_lost.covers(found.p_any_lost), case.id
        for person in found.losses:
            assert drawn.by_person[person.person].covers(person.total), (case.id, person.person)
    assert with_seats >= 10


def test_one_tick_told_wrong_is_noticed(little):
    """A plan in which Ann has no seat on one day costs q_4 (1 - 0.5) more: its simulation does not cover the other.

    With a rate of 0.2 a day that is exp(-0.8) (1 - exp(-0.2)) / 2 = 0.041 of a loss around 1; 400,000 samples have a
    standard error of about 0.001.
    """
    case = little.case(evacuation={"rate_per_day": 0.2})
    whole, gap = plan(little, *STAY), plan(little, "ann old 0 4", "ann old 5 10", "bob old 0 10")
    right, wrong = (evaluate(case, chosen).expected_loss for chosen in (whole, gap))
    assert wrong - right == pytest.approx(math.exp(-0.8) * (1 - math.exp(-0.2)) / 2)
    drawn = simulate(case, gap, samples=400_000, confidence=SURE).expected_loss
    assert drawn.covers(wrong)
    assert not drawn.covers(right)


def test_common_random_numbers(little):
    """Two plans that differ on one day meet the same fate, so their difference is known far better than either loss.

    Drawn apart, variances would add up. Drawn together, a sample differs only if the evacuation strikes on that day,
    which it does with q_4 = 0.081, and Ann's lot lies between 0.5 and 1: the variance is at most 0.041 against twice
    some 0.4.
    """
    case = little.case(evacuation={"rate_per_day": 0.2})
    whole, gap = plan(little, *STAY), plan(little, "ann old 0 4", "ann old 5 10", "bob old 0 10")
    paired = difference(case, gap, whole, samples=100_000, confidence=SURE)
    apart = [simulate(case, chosen, samples=100_000).expected_loss.standard_error for chosen in (gap, whole)]
    assert paired.covers(math.exp(-0.8) * (1 - math.exp(-0.2)) / 2)
    assert paired.low > 0
    assert paired.standard_error < math.hypot(*apart) / 4


def test_the_difference_is_that_of_the_means(little):
    """With one seed both calls draw the same samples, so the difference is exact between the two simulations."""
    case, first, _ = end_of_the_line(little)
    second = home_early(little)[1]
    means = [simulate(case, chosen, samples=5000, seed=3).expected_loss.mean for chosen in (first, second)]
    assert difference(case, first, second, samples=5000, seed=3).mean == pytest.approx(means[0] - means[1])


def test_waived_steps_cost_nothing(little):
    """A docked-life step that is waived adds nothing, here as in the checker: the life source is gone from the sum."""
    case, chosen, expected = additions(little)
    drawn = simulate(case, chosen, samples=500_000, waive=["old-age"], confidence=SURE)
    assert drawn.expected_loss.covers(evaluate(case, chosen, waive=["old-age"]).expected_loss)
    assert drawn.expected_loss.covers(sum(expected.values()) - expected["life"])
    assert not drawn.expected_loss.covers(sum(expected.values()))


def test_same_seed_same_numbers(little, monkeypatch):
    """The seed decides everything, and the size of the blocks in which samples are drawn nothing."""
    case, chosen, _ = end_of_the_line(little)
    once = simulate(case, chosen, samples=1000, seed=7)
    assert simulate(case, chosen, samples=1000, seed=7) == once
    assert simulate(case, chosen, samples=1000, seed=8) != once
    monkeypatch.setattr(module, "BLOCK", 300)
    assert simulate(case, chosen, samples=1000, seed=7) == once


def test_result(little):
    """People come in the case's order, the default interval is one of 99.9 %, and the document reads back."""
    case, chosen, _ = end_of_the_line(little)
    drawn = simulate(case, chosen, samples=100)
    assert (list(drawn.by_person), drawn.samples, drawn.seed, drawn.confidence) == (["ann", "bob"], 100, 0, 0.999)
    assert type(drawn).model_validate_json(drawn.model_dump_json()) == drawn


@pytest.mark.parametrize("level", [0.9, 0.999, 1 - 1e-6])
@pytest.mark.parametrize("losses", [0.2, 1, 3, 8, 20, 100, 1000])
def test_intervals_hold_with_few_losses(level, losses):
    """However few losses are to be expected, the interval covers them as often as it says.

    Losses among many samples come as a Poisson number k; the chance of every k whose interval covers is added up.
    """
    samples = 10**6
    covered = 0.0
    for k in range(round(losses + 12 * math.sqrt(losses) + 25)):
        tally = module._Tally()
        tally.samples, tally.total, tally.absolute, tally.squares = samples, k, k, k
        if tally.sampled(level, 0.0).covers(losses / samples):
            covered += math.exp(k * math.log(losses) - losses - math.lgamma(k + 1))
    assert covered >= level


def test_no_loss_seen_is_not_no_loss():
    """A thousand samples without a loss leave room for z^2 in a thousand, and for more where three can be lost."""
    z = NormalDist().inv_cdf(0.9995)
    for most in (1, 3):
        nothing = module._Tally(most=most, samples=1000).sampled(0.999, 0.0)
        assert (nothing.mean, nothing.standard_error, nothing.low) == (0, 0, 0)
        assert nothing.high == pytest.approx(z * z * most / 1000)


def test_no_people(little):
    """Nobody is lost where nobody is."""
    drawn = simulate(little.case(people=[]), Plan(), samples=10)
    assert (drawn.expected_loss.mean, drawn.p_any_lost.mean, drawn.by_person) == (0, 0, {})


@pytest.mark.parametrize("wrong", [{"samples": 1}, {"seed": -1}, {"confidence": 1.0}, {"confidence": 0.0}])
def test_refused(little, wrong):
    """What cannot be drawn is named, with advice; both doors say the same."""
    case, chosen, _ = end_of_the_line(little)
    value = f"{next(iter(wrong.values())):g}"
    for ask in (lambda: simulate(case, chosen, **wrong), lambda: difference(case, chosen, chosen, **wrong)):
        with pytest.raises(CrewreturnError, match=rf"{value}.*\. (Draw|Give) "):
            ask()


@pytest.mark.parametrize("ask", [simulate, fault_tree, lambda *given, **asked: difference(*given, given[1], **asked)])
def test_misspelt_waiver(little, ask):
    """An id that nothing has is refused with the nearest, as by `solve`: waiving nothing would look like waiving it."""
    case, chosen, _ = additions(little)
    with pytest.raises(CrewreturnError, match=r"nothing called `old-ages` can be waived.*Did you mean 'old-age'\?"):
        ask(case, chosen, waive=["old-ages"])
