"""Who has come, by when their ship was launched: columns of arrivals so far instead of long sums."""

import numpy as np
import pytest

from crewreturn.bench.random_cases import SMALL
from crewreturn.solver.facts import Facts
from crewreturn.solver.grid import coarse
from crewreturn.solver.model import Model


@pytest.mark.parametrize("seed", [3106, 3072, 3000, 3098, 3061, 3013])
@pytest.mark.parametrize("dates", [lambda facts: range(facts.horizon), coarse])
def test_flown_is_the_sum_over_arrivals(draw, seed, dates):
    """Whichever arrival comes about: those members have flown whose ship came by then and was launched no earlier.

    For every class, arrival of any ship, period and tick of the launch. Arrivals so far follow from the one arrival.
    """
    facts = Facts(draw(seed, SMALL))
    flow = Model(facts, dates(facts), facts.case.objective).flow
    told = 0
    for ship, arrivals in enumerate(flow.comings):
        for instant, coming, column in arrivals:
            values = np.zeros(len(flow.rows.lower), dtype=np.int64)
            values[column] = 1
            for i, so_far in enumerate(flow.states[("so-far", ship, coming.way)]):
                if so_far is not None and i >= instant:
                    values[so_far] = 1
            for crew in flow.crews:
                mine = any(flight[3] == column for flight in flow.flights(crew)) and coming.launch is not None
                for i in flow.periods:
                    for tick in range(0, facts.horizon, 3):
                        found = sum(factor * values[c] for c, factor in flow.flown(crew, tick, i))
                        meant = crew.size if mine and i >= instant and coming.launch >= tick else 0
                        assert found == meant
                        told += meant > 0
    assert told
