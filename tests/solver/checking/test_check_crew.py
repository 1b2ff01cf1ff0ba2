"""How many people are aboard: for every rule a tiny plan that obeys it and one that breaks it."""


def go(tiny, day):
    """All leave on a day."""
    return tiny.plan(*(line.replace("10", str(day)) for line in tiny.STAY), leaves=[f"old {day}"])


def test_enough_people_aboard(tiny):
    """Three until day 6, the last excluded: leaving on day 6 is lawful, on day 5 a day too early."""
    case = tiny.case({"staffing": [{"id": "crew", "at_least": 3, "to": tiny.day(6)}]})
    assert tiny.broken(case, go(tiny, 6)) == {}
    assert tiny.broken(case, go(tiny, 5)) == {"staffing.at-least": [(5, 6)]}
    assert tiny.broken(case, go(tiny, 5), waive=["crew"]) == {}


def test_not_too_many_people_aboard(tiny):
    """At most two from day 4 on."""
    case = tiny.case({"staffing": [{"id": "berths", "at_most": 2, "from": tiny.day(4)}]})
    assert tiny.broken(case, go(tiny, 4)) == {}
    assert tiny.broken(case, go(tiny, 6)) == {"staffing.at-most": [(4, 6)]}


def test_person_days(tiny):
    """Supplies for 15 person-days: three people for five days, not for six (18)."""
    case = tiny.case({"staffing": [{"id": "food", "at_most_person_days": 15}]})
    assert tiny.broken(case, go(tiny, 5)) == {}
    assert tiny.broken(case, go(tiny, 6)) == {"staffing.person-days": [(None, None)]}


def test_staffing_filters(tiny):
    """One of agency A and one qualified for capsules: ann is both until her qualification ends on day 7."""
    rules = [{"id": "a", "at_least": 1, "agency": "A"}, {"id": "q", "at_least": 1, "qualification": "capsule"}]
    people = {"people.ann.agency": "A", "people.ann.qualified": [{"for": "capsule", "until": tiny.day(7)}]}
    edits = {"staffing": rules, **people, "vehicle_types.capsule.crewing": {"qualified": 0}}
    assert tiny.broken(tiny.case(edits), tiny.plan(*tiny.STAY)) == {"staffing.at-least": [(7, 10)]}
    assert tiny.broken(tiny.case(edits), go(tiny, 5)) == {"staffing.at-least": [(5, 10), (5, 10)]}


def test_soft_staffing_is_no_rule(tiny):
    """Soft staffing is counted, not enforced."""
    case = tiny.case({"staffing": [{"id": "crew", "at_least": 3, "soft": True}]})
    assert tiny.broken(case, go(tiny, 5)) == {}
