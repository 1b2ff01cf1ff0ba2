"""Many cases at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from crewreturn.models.answer import Answer
from crewreturn.solver.batch import Failure, solve_many


def several(little):
    """Four cases: a good one twice, one whose objective needs an earlier plan, and one without any plan."""
    nobody = {"id": "nobody", "reason": "policy", "forbid": {"return": {"people": "all"}}}
    everybody = {"id": "everybody", "reason": "policy", "require": {"return": {"people": "all"}}}
    return [
        little.case(id="good"),
        little.case(id="refused", objective=[{"id": "near", "weights": {"changes": 1}}]),
        little.case(id="none", restrictions=[nobody, everybody]),
        little.case(id="again"),
    ]


def summary(answers):
    """Case and status of each, in the order in which they came."""
    return [(entry.case, "failure" if isinstance(entry, Failure) else entry.status) for entry in answers]


EXPECTED = [("good", "optimal"), ("refused", "failure"), ("none", "infeasible"), ("again", "optimal")]
"""Whatever the workers: a case without a plan is an answer, one that cannot be solved a failure, the rest goes on."""


def test_answers_come_in_order_and_a_failure_ends_nothing(little):
    """One after another in this process; a failure says what kind of error it was and its message."""
    answers = list(solve_many(several(little)))
    assert summary(answers) == EXPECTED
    assert answers[1].error.startswith("CrewreturnError: ")
    assert "`changes` are counted from an earlier plan" in answers[1].error


def test_an_executor_gives_the_same_answers(little):
    """On two threads: same order, same plans."""
    alone = list(solve_many(several(little)))
    with ThreadPoolExecutor(max_workers=2) as pool:
        answers = list(solve_many(several(little), executor=pool, time_limit=60))
    assert summary(answers) == EXPECTED
    assert [entry.plan for entry in answers if isinstance(entry, Answer)] == [
        entry.plan for entry in alone if isinstance(entry, Answer)
    ]


def test_a_worker_that_dies_is_a_failure_of_its_case(little):
    """An executor whose futures raise (a process that was killed does): the cases it held fail, one by one."""

    class Dying(ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):
            def die():
                raise MemoryError("no more")

            return super().submit(die if args[0].id == "good" else lambda: fn(*args, **kwargs))

    with Dying(max_workers=1) as pool:
        answers = list(solve_many(several(little), executor=pool))
    assert summary(answers) == [("good", "failure"), *EXPECTED[1:]]
    assert answers[0].error == "MemoryError: no more"


def test_answers_are_given_as_they_come(little):
    """Without an executor nothing is solved before it is asked for: a stream of cases need not end."""

    def endless():
        while True:
            yield little.case()

    stream = solve_many(endless())
    assert next(stream).status == "optimal"
    assert next(stream).status == "optimal"


def test_no_cases_no_answers():
    """An empty batch is no error."""
    assert list(solve_many([])) == []
    with pytest.raises(StopIteration):
        next(solve_many(iter(())))
