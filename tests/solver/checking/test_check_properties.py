"""What holds for any plan, however broken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewreturn.models.plan import Plan

DAYS = st.one_of(st.integers(-2, 12), st.sampled_from([0.5, 3.25, 9.99]))
PEOPLE = st.sampled_from(["ann", "bob", "cyd", "dee", "eve"])
SHIPS = st.sampled_from(["old", "new", "fly", "none"])
GROUPS = st.sampled_from(["couch", "bench", "sofa"])
PORTS = st.sampled_from(["fore", "aft", "low", "top"])
SUITS = st.sampled_from([None, "suit-bob", "suit-dee", "cape"])
LINERS = st.sampled_from(["shell-bob", "shell-dee", "shell-x"])


@pytest.fixture(scope="module")
def busy(tiny):
    """A case with a bit of everything."""
    option = {**tiny.NEW["launch"][0], "brings": {"people": ["dee"], "suits": ["suit-dee"], "liners": ["shell-dee"]}}
    option |= {"planned": {"from": tiny.day(1), "to": tiny.day(3)}, "handover": "P1D", "ascent_loss": 0.001}
    bench = {"id": "bench", "seats": ["one"], "needs_liner": "shell", "rigging": {}, "contingency": True}
    return tiny.case(
        {
            "ports+": [{"id": "low", "interface": "cone", "closed": [{"from": tiny.day(4)}]}],
            "suit_types": [{"id": "soft"}],
            "suits": [
                {"id": "suit-bob", "type": "soft", "fits": ["bob"], "aboard": True},
                {"id": "suit-dee", "type": "soft", "fits": ["dee", "bob"]},
            ],
            "liner_kinds": [{"id": "shell", "move": {"takes": "P1DT6H", "at_most": 1, "within": "P2D"}}],
            "liners": [
                {"id": "shell-bob", "kind": "shell", "owner": "bob", "stowed": True},
                {"id": "shell-dee", "kind": "shell", "owner": "dee"},
            ],
            "vehicle_types.capsule.suit": "soft",
            "vehicle_types.capsule.unsuited": {"emergency": 0.02},
            "vehicle_types.capsule.groups.couch.hookups": True,
            "vehicle_types.capsule.groups+": [bench],
            "vehicle_types.capsule.docked_life": [{"id": "aged", "after": "P34D", "added_loss": 0.01, "holds": False}],
            "vehicle_types.capsule.landing_windows": [{"from": tiny.day(2), "to": tiny.day(8)}],
            "vehicles+": [
                {**tiny.NEW, "launch": [option], "leave": {"not_after": tiny.day(7)}},
                {
                    "id": "fly",
                    "type": "capsule",
                    "launched": tiny.day(-1),
                    "in_flight": {"arrivals": [tiny.day(1), tiny.day(2)]},
                },
            ],
            "people+": [{"id": "dee", "qualified": ["capsule"], "planned_return": "P5D", "latest_return": "P8D"}],
            "traffic": {
                "spacing": "P1D",
                "blackouts": [{"id": "storm", "from": tiny.day(5), "to": tiny.day(6), "forbids": ["arrival"]}],
                "precedences": [
                    {
                        "id": "p",
                        "first": {"arrival": "new"},
                        "then": {"departure": "old"},
                        "at_most": "P3D",
                        "requires": True,
                    }
                ],
            },
            "staffing": [{"id": "crew", "at_least": 2, "soft": True}, {"id": "max", "at_most": 3}],
            "hazards": [{"id": "leak", "rate_per_day": 0.0001, "from": tiny.day(2)}],
            "restrictions": [
                {"id": "no", "reason": "why", "forbid": {"return": {"people": "all", "vehicle": "old"}}},
                {"id": "few", "reason": "why", "require": {"limit": {"measure": "unassured_days", "at_most": 3}}},
            ],
        }
    )


@st.composite
def plans(draw, day):
    """Plans of anything."""

    def some(**parts):
        entry = st.fixed_dictionaries({key: DAYS.map(day) if part is DAYS else part for key, part in parts.items()})
        return draw(st.lists(entry, max_size=6))

    return Plan.model_validate(
        {
            "launches": some(
                vehicle=SHIPS,
                option=st.sampled_from([None, "empty", "full"]),
                launch=st.one_of(st.none(), DAYS.map(day)),
                arrival=DAYS,
                port=PORTS,
            ),
            "departures": some(vehicle=SHIPS, at=DAYS),
            "relocations": some(vehicle=SHIPS, port=PORTS, at=DAYS),
            "riggings": some(vehicle=SHIPS, group=GROUPS, at=DAYS),
            "liner_moves": some(liner=LINERS, to=st.one_of(st.none(), SHIPS), begin=DAYS),
            "holds": some(person=PEOPLE, vehicle=SHIPS, group=GROUPS, suit=SUITS, **{"from": DAYS, "to": DAYS}),
        }
    )


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_broken_plan_gives_numbers_not_errors(tiny, busy, data):
    """Whatever the plan says: an evaluation that adds up, and violations with sentences."""
    plan = data.draw(plans(tiny.day))
    found = tiny.check(busy, plan, against=tiny.plan(*tiny.STAY))
    assert sum(found.by_source.values()) == pytest.approx(found.expected_loss)
    assert sum(found.by_tick) == pytest.approx(found.expected_loss)
    assert found.p_any_lost <= found.expected_loss + 1e-12
    assert found.measures["unassured_days"] <= found.measures["crew_days"] + len(plan.liner_moves)
    assert all(violation.message.endswith(".") for violation in found.violations)
    assert found == tiny.check(busy, plan, against=tiny.plan(*tiny.STAY))
    assert type(found).model_validate_json(found.model_dump_json()) == found


@settings(max_examples=75, deadline=None)
@given(data=st.data())
def test_order_and_cuts_do_not_matter(tiny, busy, data):
    """The same events in another order, and a hold cut in two, are the same plan.

    Holds that overlap, or that end before they begin, are left out here: which of them counts hangs on where they
    begin. Dates outside the horizon are told hold by hold, as the plan has them."""
    plan = data.draw(plans(tiny.day))
    holds, taken = [], set()
    for hold in plan.holds:
        if hold.person not in taken and hold.from_ < hold.to:
            taken.add(hold.person)
            holds.append(hold)
    whole = plan.model_copy(update={"holds": tuple(holds)})
    cut = []
    for hold in holds:
        middle = hold.from_ + (hold.to - hold.from_) // 2
        middle = middle.replace(hour=0, minute=0, second=0, microsecond=0)
        if hold.from_ < middle < hold.to:
            cut += [hold.model_copy(update={"to": middle}), hold.model_copy(update={"from_": middle})]
        else:
            cut.append(hold)
    pieces = whole.model_copy(update={"holds": tuple(data.draw(st.permutations(cut)))})
    expected = tiny.check(busy, whole)
    for other in (pieces, pieces.joined(), whole.joined()):
        found = tiny.check(busy, other)
        assert found.measures == expected.measures
        assert found.losses == expected.losses
        assert found.objective == expected.objective
        assert broken(found) == broken(expected)


def broken(found):
    """Violations, but for unreadable dates."""
    return [violation for violation in found.violations if violation.rule != "plan.instant"]
