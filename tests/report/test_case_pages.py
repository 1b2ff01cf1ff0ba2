"""The pages about a case: valid, strange, judged."""

from crewreturn.models.case_file import load_case
from crewreturn.report.case_page import case_page, cases_page
from crewreturn.report.judgement import judgement, where


def test_valid_case(case):
    """How large it is, that it can be used, and what is worth knowing of it: two numbers are judgement."""
    text = case_page(case)
    assert "10 ticks of 1 day; 4 people, 3 aboard; 3 ships, 2 docked; 2 rescue alternatives" in text
    assert "The case is valid." in text
    assert "2 numbers are judgement" in text


def test_nothing_strange(small):
    """A case that says where its numbers come from has no notes."""
    plain = {key: small[key] for key in ("format", "id", "title", "known_at", "horizon")}
    sourced = {"rate_per_day": {"mean": 1e-4, "source": "counted", "confidence": "sourced"}}
    assert "The case is valid. Nothing about it is strange.\n" in case_page(load_case({**plain, "evacuation": sourced}))


def test_cases(case):
    """Name, date and title."""
    assert cases_page([("small", case)]).splitlines()[-1] == "small  2030-01-01  Three in an old ship"


def test_judgement(case):
    """Two numbers: the emergency table's for three people, and the loss of being unsuited, with its error factor."""
    text = judgement(case, 80)
    assert "2 numbers are judgement" in text
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert "unsuited emergency 1 0.001 5 ferry" in rows
    assert "emergency loss 1 0.01 ferry, with 3 people" in rows


def test_no_judgement(small):
    """A case whose one number is sourced has nothing to say; without a word on its origin it is counted."""
    plain = {key: small[key] for key in ("format", "id", "title", "known_at", "horizon", "evacuation")}
    sourced = {"rate_per_day": {"mean": 1e-4, "source": "a report", "confidence": "sourced"}}
    assert judgement(load_case({**plain, "evacuation": sourced}), 80) == ""
    bare = judgement(load_case({**plain, "evacuation": {"rate_per_day": 1e-4}}), 80)
    assert "1 number does not say how well it is known." in bare


def test_where(case):
    """A path leads to the things with ids on it; to none but the case."""
    assert where(case, ("vehicles", 2, "launch", 0, "ascent_loss")) == "new, empty"
    assert where(case, ("loss_unassured",)) == "the case"
