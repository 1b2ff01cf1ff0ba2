"""The timeline in plain characters: everything shows that matters, and nothing else."""

from crewreturn.models.case_file import load_case
from crewreturn.models.plan import Departure, Relocation
from crewreturn.report.events import happenings
from crewreturn.report.story import Story
from crewreturn.report.timeline import timeline


def rows(text):
    """The rows of a timeline by their labels."""
    return {line[:12].strip(): line[14:] for line in text.splitlines() if line[:12].strip()}


def test_one_column_a_day(case, plan):
    """Drawn by hand from the plan in `conftest.py`.

    A is `old`, there first; B is `new`. Ann holds a certified couch for seven days and is home for three. Bob has four
    days in `old`, none while his liner is on the move on the 5th, and five in `new`. Cat's mat is a contingency place:
    a small letter. The tug is at South for two days; `new` takes its place on the 4th. Numbers of neighbouring days go
    into two rows: 12 would be a number of its own.
    """
    assert timeline(case, plan).splitlines() == [
        "              Jan 1  Jan 8",
        "              |      |",
        "Ann           AAAAAAA---",
        "Bob           AAAA!BBBBB",
        "Cat           aaaaaaa---",
        "",
        "North         AAAAAAA",
        "South         ## BBBBBBB",
        "what happens    1 3  4",
        "                 2",
        "",
        "A Old Ferry   B New Ferry   # a ship without seats",
        "Capital: a certified seat. Small: a contingency seat, or unsuited. ! no valid",
        "seat. - home. Blank: not here. One column is 1 day and shows the seat held; !",
        "shows wherever it falls.",
    ]


def test_compressed_gap_still_shows(case, plan):
    """At five days a column the one day without a seat is a fifth of a column, and takes it all the same."""
    text = timeline(case, plan, width=16)
    assert rows(text)["Bob"] == "!B"
    assert "One column is 5 days" in text.replace("\n", " ")


def test_compressed_seat_still_shows(case, plan, hold):
    """Ann spends one day of ten in `new`: outvoted in its column of two days, she has a column to spare for it.

    Days 1-4 in `old`, day 5 in `new`, days 6-10 in `old`: columns A A ? A A, where the third is half `new`, half
    `old`. The seat in `new` would show nowhere else, so it gets the column.
    """
    holds = [hold("ann", "old", "couch", 1, 6, "ann-1"), hold("ann", "new", "couch", 6, 7, "ann-1")]
    holds.append(hold("ann", "old", "couch", 7, 11, "ann-1"))
    staying = plan.model_copy(update={"holds": tuple(holds), "departures": plan.departures[:1]})
    assert rows(timeline(case, staying, width=20))["Ann"] == "AABAA"
    shorter = staying.model_copy(update={"departures": (Departure(vehicle="old", at=holds[2].to),)})
    assert rows(timeline(case, shorter, width=20))["Ann"] == "AABAA"


def test_unsuited_is_a_small_letter(case, plan, hold):
    """A certified seat without a suit is not worth a capital where the ship asks for one."""
    holds = (hold("ann", "old", "couch", 1, 3, "ann-1"), hold("ann", "old", "couch", 3, 8))
    assert rows(timeline(case, plan.model_copy(update={"holds": holds})))["Ann"] == "AAaaaaa---"


def test_fits_its_width(case, plan):
    """Whatever the width, no line is longer: here down to half a terminal."""
    for width in (40, 60, 80, 100):
        assert max(len(line) for line in timeline(case, plan, width).splitlines()) <= width


def test_relocation_shows_in_the_ports(case, plan, day):
    """`new` moves to North on the 9th, which `old` left on the 8th: the port is empty for a day."""
    moved = plan.model_copy(update={"relocations": (Relocation(vehicle="new", port="north", at=day(9)),)})
    drawn = rows(timeline(case, moved))
    assert (drawn["North"], drawn["South"]) == ("AAAAAAA BB", "## BBBBB")


def test_what_happens(case, plan):
    """In order of time, in words, numbered as in the timeline; of the tug nobody asks who was in it."""
    assert [(event.number, f"{event.at:%d}", event.text) for event in happenings(Story(case, plan))] == [
        (1, "03", "tug-1 leaves South"),
        (2, "04", "New Ferry arrives at South, launched 2030-01-03, uncrewed"),
        (3, "05", "liner of Bob goes from Old Ferry to New Ferry"),
        (4, "08", "Old Ferry leaves North, with Ann and Cat"),
    ]


def test_people_who_arrive(small, plan, hold):
    """A ship that brings Dan: his row is blank until it arrives on the 4th."""
    vehicles = [dict(vehicle) for vehicle in small["vehicles"]]
    vehicles[2]["launch"] = [{**vehicles[2]["launch"][0], "brings": {"people": ["dan"]}}]
    case = load_case({**small, "vehicles": vehicles})
    drawn = rows(timeline(case, plan.model_copy(update={"holds": (hold("dan", "new", "couch", 4, 11),)})))
    assert drawn["Dan"] == "   bbbbbbb"
    assert drawn["Ann"] == "!!!!!!!!!!"
