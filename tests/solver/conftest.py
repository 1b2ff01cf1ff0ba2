"""A tiny station whose optimum can be found by hand, and random cases that the solver supports."""

import json
import math
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st

from crewreturn.bench.random_cases import FEATURES, FIRST_FEATURES, TINY, drawn_case, random_case
from crewreturn.models.case import Case
from crewreturn.models.statements import Statement

START = datetime(2031, 1, 1, tzinfo=UTC)


def day(number):
    """The instant so many days after the start, as text."""
    return (START + timedelta(days=number)).isoformat().replace("+00:00", "Z")


def ship_type(name, seats, emergency, nominal, **more):
    """A type without suit, liner or crewing of its own; one loss for any number of people."""
    return {
        "id": name,
        "interface": "ring",
        "crewing": {"qualified": 0},
        "groups": [{"id": "couch", "seats": [f"{number + 1}" for number in range(seats)]}],
        "health": {
            "emergency": {"loss": {str(seats): emergency}},
            "nominal": {"loss": {str(seats): nominal}},
            "uncrewed": {"allowed": True},
        },
        **more,
    }


def station():
    """Two people in a damaged ship (`old`), and a sound one (`new`) with two seats docked beside it, for ten days."""
    return {
        "format": "crewreturn/1",
        "id": "two",
        "title": "Two people, two ships",
        "known_at": day(0),
        "horizon": {"start": day(0), "end": day(10)},
        "evacuation": {"rate_per_day": 0.01},
        "ports": [{"id": "fore", "interface": "ring"}, {"id": "aft", "interface": "ring"}],
        "vehicle_types": [ship_type("bad", 2, 0.5, 0.2), ship_type("good", 2, 0.1, 0.01)],
        "vehicles": [
            {"id": "old", "type": "bad", "docked_at": "fore"},
            {"id": "new", "type": "good", "docked_at": "aft"},
        ],
        "people": [
            {"id": "ann", "aboard_in": {"vehicle": "old", "group": "couch"}},
            {"id": "bob", "aboard_in": {"vehicle": "old", "group": "couch"}},
        ],
        "objective": [{"id": "burden", "weights": {"expected_loss": 1, "reseats": 5}}],
    }


class Little:
    """Builds little cases."""

    day = staticmethod(day)
    ship_type = staticmethod(ship_type)
    station = staticmethod(station)

    @staticmethod
    def case(**parts):
        """The station with some of its parts replaced; `None` takes a part out."""
        data = {**station(), **parts}
        return Case.model_validate_json(json.dumps({name: part for name, part in data.items() if part is not None}))

    @staticmethod
    def say(**side):
        """A statement: `say(require={...})` or `say(forbid={...})`."""
        return Statement.model_validate_json(json.dumps(side))


@pytest.fixture(scope="session")
def little():
    """The builder."""
    return Little


def without_worst_person(case):
    """The case without `worst_person` in its levels."""
    levels = []
    for level in case.objective:
        weights = {name: weight for name, weight in level.weights.items() if name != "worst_person"}
        if weights:
            levels.append(level.model_copy(update={"weights": weights}))
    return case.model_copy(update={"objective": tuple(levels)})


@pytest.fixture(scope="session")
def draw():
    """Random cases without levels of `worst_person`, with which the oracles take long.

    Of the features that were there first unless told otherwise: what tests say of their seeds stays true.
    """

    def drawn(seed, size, features=FIRST_FEATURES):
        return without_worst_person(random_case(seed, size, features=features))

    return drawn


FAIR = st.integers(0, 2**32 - 1).map(random.Random)
"""Dice that fall as dice do, for cases as varied as those of `random_case`."""


class Plainly:
    """Dice whose low numbers stand for plain cases, since that is where Hypothesis shrinks to."""

    def __init__(self, dice):
        self._dice = dice

    def random(self):
        return math.nextafter(1.0, 0.0) - self._dice.random()

    def __getattr__(self, name):
        return getattr(self._dice, name)


@st.composite
def drawn_cases(draw, size=TINY, features=FEATURES, always=()):
    """Valid cases that have some features and always those named; what fails shrinks to few of them."""
    names = sorted(features)
    switches = draw(st.lists(st.booleans(), min_size=len(names), max_size=len(names)))
    on = {name for name, switch in zip(names, switches, strict=True) if switch}.union(always)
    dice = draw(st.one_of(st.randoms(use_true_random=False).map(Plainly), FAIR))
    return drawn_case(dice, size, features=on)


@pytest.fixture(scope="session")
def cases():
    """The strategy: `cases(size, features, always)`."""
    return drawn_cases
