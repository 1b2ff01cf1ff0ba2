"""One number of a case by its path."""

import pytest
from pydantic import ValidationError

from crewreturn.models.case_file import load_case
from crewreturn.models.checks.judgement import estimates
from crewreturn.models.checks.walk import nodes
from crewreturn.models.numbers import document, named, number_at, with_number
from crewreturn.models.problems import CrewreturnError


@pytest.fixture
def whole(tiny, accepted):
    """The tiny case as plain data, its ascent loss an estimate with all that is known of it."""
    judged = {"mean": 0.0015, "error_factor": 3, "source": "a guess", "confidence": "judgement"}
    tiny["vehicles"][2]["launch"][1]["ascent_loss"] = judged
    return document(accepted(tiny))


def test_every_number_of_a_shipped_case_is_found_again():
    """Named with ids and looked up by that name: the same value. Nothing else of the case is lost on the way."""
    case = load_case("soyuz-ms22")
    whole = document(case)
    found = [(named(whole, path), number.mean) for path, number in estimates(nodes(case)) if number.mean > 0]
    assert len(found) > 60
    assert len({path for path, _ in found}) == len(found), "no two have the same name"
    assert [number_at(whole, path) for path, _ in found] == [mean for _, mean in found]
    path, mean = found[0]
    assert with_number(whole, path, mean) == case


def test_names_have_ids_where_entries_have_one(whole):
    """Ships and launch options have ids; a dated health state has none, so its index stands (0: the first)."""
    loss = ("vehicles", 0, "health", 0, "nominal", "loss", "3")
    assert named(whole, loss) == "vehicles.old.health.0.nominal.loss.3"
    assert named(whole, ("vehicles", 2, "launch", 1, "ascent_loss")) == "vehicles.new.launch.crewed.ascent_loss"


def test_by_index_or_by_id(whole):
    """0.04 for three in the old ship, whichever way one goes there; of an estimate its mean, 0.0015."""
    assert number_at(whole, "vehicles.old.health.0.nominal.loss.3") == 0.04
    assert number_at(whole, "vehicles.0.health.0.nominal.loss.3") == 0.04
    assert number_at(whole, "vehicles.new.launch.crewed.ascent_loss") == 0.0015


def test_an_id_that_looks_like_an_index(tiny, accepted):
    """The second hazard is called `0`: its rate is 2e-6, that of index 0 is 1e-6. What is named is found again."""
    tiny["hazards"] = [{"id": "7", "rate_per_day": 1e-6}, {"id": "0", "rate_per_day": 2e-6}]
    whole = document(accepted(tiny))
    assert named(whole, ("hazards", 1, "rate_per_day")) == "hazards.0.rate_per_day"
    assert number_at(whole, "hazards.0.rate_per_day") == 2e-6
    assert number_at(whole, "hazards.7.rate_per_day") == 1e-6
    changed = with_number(whole, "hazards.0.rate_per_day", 5e-6)
    assert [hazard.rate_per_day for hazard in changed.hazards] == [1e-6, 5e-6]


def test_another_number(whole):
    """It stands there and nowhere else, and the data that others are made from are as they were."""
    before = document(with_number(whole, "evacuation.rate_per_day", 1e-4))
    changed = with_number(whole, "vehicles.old.health.0.nominal.loss.3", 0.08)
    assert changed.vehicles[0].health[0].nominal.loss == {2: 0.01, 3: 0.08}
    after = document(changed)
    after["vehicles"][0]["health"][0]["nominal"]["loss"]["3"] = 0.04
    assert after == whole == before


def test_of_an_estimate_only_the_mean_changes(whole):
    """What is known of the number stays: factor, source and confidence."""
    changed = with_number(whole, "vehicles.new.launch.crewed.ascent_loss", 0.003).vehicles[2].launch[1].ascent_loss
    assert (changed.mean, changed.error_factor, changed.source) == (0.003, 3, "a guess")


def test_a_count_stays_a_count(whole):
    """At least 1 aboard: twice that is 2 people, a whole number; 2.5 people are refused."""
    path = "staffing.segment.at_least"
    assert number_at(whole, path) == 1
    assert with_number(whole, path, 2.0).staffing[0].at_least == 2
    with pytest.raises(ValidationError):
        with_number(whole, path, 2.5)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("vehicles.odl.health.0.nominal.loss.3", "called 'odl' in vehicles.odl.health.0.nominal.loss.3. Did you mean "),
        ("vehicles.old.health.3.nominal.loss.3", "called '3' in .*There is: 0.$"),
        ("vehicles.-1.launched", "called '-1' in .*There is: old, ark, new, cargo.$"),
        ("vehicles.².launched", "called '²'"),
        ("evacuation.rate_per_day.mean", "called 'mean' in .*The path has to end before it.$"),
        ("title.0", "called '0' in title.0. The path has to end before it.$"),
        ("", "called ''"),
    ],
)
def test_nothing_there(whole, path, said):
    """A wrong word is named, with the nearest right one or all that there are; so it is read and so it is written.

    An index counts from the front: -1 is not the last entry. A plain rate has no `mean` below it, a text no letters.
    """
    for use in (number_at, lambda *where: with_number(*where, 1.0)):
        with pytest.raises(CrewreturnError, match=said):
            use(whole, path)


@pytest.mark.parametrize("path", ["title", "vehicles.old", "vehicles", "vehicle_types.soyuz.groups.couch.hookups"])
def test_no_number(whole, path):
    """A text, a ship, a list, a yes: told with what stands there and what would do."""
    with pytest.raises(CrewreturnError, match=rf"^{path} is no number above 0 \(got .*\)\. Name a price"):
        number_at(whole, path)


def test_zero_is_no_number_to_start_from(tiny, accepted):
    """Multiples of 0 are 0: there is nothing to try."""
    tiny["hazards"][0]["rate_per_day"] = 0
    with pytest.raises(CrewreturnError, match=r"hazards.leak.rate_per_day is no number above 0 \(got 0"):
        number_at(document(accepted(tiny)), "hazards.leak.rate_per_day")


def test_a_case_that_cannot_be(whole):
    """A chance of 1.2 is none; nor is a loss whose parts pass 1.

    Docked life adds 5e-4 to the ship's table: with 0.9995 there that is 1, with 0.9996 more.
    """
    with pytest.raises(ValidationError, match="at most 1"):
        with_number(whole, "vehicles.new.launch.crewed.ascent_loss", 1.2)
    assert with_number(whole, "vehicles.old.health.0.nominal.loss.3", 0.9995)
    with pytest.raises(ValidationError, match="can pass 1"):
        with_number(whole, "vehicles.old.health.0.nominal.loss.3", 0.9996)
