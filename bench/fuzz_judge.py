"""What becomes of a mutant: refused in plain words, or accepted and good for everything that is done with it."""

from __future__ import annotations

import json
import re
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from ..models.answer import Answer
from ..models.canonical import dump_json
from ..models.case import Case
from ..models.case_file import load_case, load_plan
from ..models.consistency import plan_problems
from ..models.plan import Plan
from ..models.problems import CrewreturnError, InputError
from ..report import documents
from ..report.answer_page import answer_page
from ..report.case_page import case_page
from ..report.check_page import evaluation_page
from ..report.compare_page import comparison_page
from ..report.muster import muster, muster_page
from ..solver.api import RejectedPlan, compare, solve
from ..solver.check import evaluate
from ..solver.facts import Facts
from ..solver.grid import coarse
from ..solver.model import Model
from .fuzz_mutants import Mutant

T = TypeVar("T")

TICKS_A_STEP = 5000
ROOT = Path(__file__).parents[1]
HOPELESS_TICKS = 200
"""Longest horizon whose model is also built on every tick."""

_TELLS = re.compile(r"expected |must be |at least |at most ")
"""A message with these words says what would be right."""
_STRANGE = re.compile("[^\n\x20-\x7e\xa0-\U0010ffff]")


class TooSlow(BaseException):
    """Something takes longer than it may; no handler of ordinary errors catches it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that must not happen."""

    stage: str
    what: str
    """The same for the same defect, so that mutants can be counted by it."""
    message: str


@dataclass(slots=True)
class Outcome:
    """What became of one mutant."""

    accepted: bool = False
    stages: list[str] = field(default_factory=list)
    """Everything that was done with it."""
    troubles: list[Trouble] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Judge:
    """Does with files what the command line would, within limits.

    Parameters
    ----------
    folder
        Where mutants are written to be read.
    """

    folder: Path
    seconds: float = 2.0
    """Processor time that each step may take; of what is done with a case, for every `TICKS_A_STEP` of its ticks."""
    build_one_in: int = 10
    """Of so many cases that are accepted, one is made into a model; never if 0."""
    solve_one_in: int = 20
    """Of so many, one is solved; never if 0."""
    solve_seconds: float = 2.0
    """Time limit of each solve."""
    most_ticks: int = 400
    """Longest horizon of a case that is made into a model or solved."""

    def judge(self, mutant: Mutant) -> Outcome:
        """Read a mutant, and do everything with it if it is accepted."""
        return _Trial(self, mutant).run()


class _Trial:
    def __init__(self, settings: Judge, mutant: Mutant) -> None:
        self.settings, self.mutant, self.dice = settings, mutant, mutant.dice
        self.outcome = Outcome()
        self.seconds = settings.seconds

    def run(self) -> Outcome:
        file = self.settings.folder / f"mutant{self.mutant.suffix}"
        file.write_bytes(self.mutant.raw)
        if self.mutant.kind == "plan":
            plan = self.read("read", lambda: load_plan(str(file)), str(file))
            if plan is not None:
                self.outcome.accepted = True
                self.plan(self.mutant.base.case, plan)
        else:
            case = self.read("read", lambda: load_case(str(file)), str(file))
            if case is not None:
                self.outcome.accepted = True
                self.case(case)
        return self.outcome

    # ------------------------------------------------------------------------------------------------ accepted

    def case(self, case: Case) -> None:
        """Everything that is done with a case."""
        self.seconds *= max(1.0, case.ticks / TICKS_A_STEP)
        self.step("round trip", lambda: self.same(load_case(json.loads(dump_json(case))), case))
        self.step("validate", lambda: self.page(case_page(case, 80) + case_page(case, 100)))
        self.step("validate", lambda: documents.text(documents.validation_document(case)))
        self.step("evaluate nothing", lambda: self.evaluated(case, Plan()))
        self.plan(case, self.mutant.base.plan)
        if case.as_decided is not None:
            decided = case.as_decided.plan
            self.step("evaluate as decided", lambda: self.evaluated(case, decided))
        for alternative in self.dice.sample(case.alternatives, min(2, len(case.alternatives))):
            self.step("evaluate alternative", partial(self.evaluated, case, Plan(), alternative))
        build, solve = self.one_in(self.settings.build_one_in), self.one_in(self.settings.solve_one_in)
        if build and case.ticks <= self.settings.most_ticks:
            self.step("build", lambda: self.built(case), 10 * self.settings.seconds)
        if solve and case.ticks <= self.settings.most_ticks:
            self.step("solve", lambda: self.solved(case), 2 * self.settings.solve_seconds + 3)
            if case.alternatives and case.ticks <= self.settings.most_ticks / 4 and self.dice.random() < 0.2:
                rows = len(case.alternatives) + 1
                self.step("compare", lambda: self.compared(case), rows * (self.settings.solve_seconds + 3))

    def plan(self, case: Case, plan: Plan) -> None:
        """Everything that is done with a plan for a case."""
        self.step("evaluate plan", lambda: self.evaluated(case, plan, pages=False))
        self.step("plan round trip", lambda: self.same(load_plan(json.loads(dump_json(plan))), plan))
        problems = self.step("plan problems", lambda: plan_problems(case, plan))
        if problems:
            self.step("plan problems", lambda: self.message(InputError(problems, "plan"), "plan"))
        elif problems is not None:
            self.step("check page", lambda: self.evaluated(case, plan))
            for tick in {0, case.ticks // 2, case.ticks - 1}:
                at = case.horizon.start + tick * case.resolution
                self.step("muster", partial(self.mustered, case, plan, at))

    def evaluated(self, case: Case, plan: Plan, under: Any = None, pages: bool = True) -> None:
        """What `check` does."""
        asked = {} if under is None else {"waive": under.waive, "statements": under.statements}
        found = evaluate(case, plan, **asked)
        documents.text(documents.document(found))
        if pages:
            self.page(evaluation_page(case, plan, found, 80, alternative=under))

    def mustered(self, case: Case, plan: Plan, at: datetime) -> None:
        """What `seats` does."""
        self.page(muster_page(case, plan, at))
        documents.text(documents.document(muster(case, plan, at)))

    def built(self, case: Case) -> None:
        """Models on the coarse grid, and on every tick of a short horizon."""
        facts = Facts(case)
        Model(facts, coarse(facts), case.objective)
        if facts.horizon <= HOPELESS_TICKS:
            Model(facts, range(facts.horizon), case.objective)

    def solved(self, case: Case) -> None:
        """What `solve` does, under an alternative if there is one, for some objective."""
        chosen = self.dice.choice((None, *case.alternatives))
        objective = self.dice.choice((None, None, None, "safest", "ordinal"))
        answer = solve(
            case,
            alternative=None if chosen is None else chosen.id,
            objective=objective,  # type: ignore[arg-type]
            time_limit=self.settings.solve_seconds,
        )
        if answer.status == "unknown" and answer.ended == "finished" and not answer.message:
            raise Flaw("nothing known of a finished solve", f"{answer.levels}")
        self.page(answer_page(case, answer, 80))
        self.same(Answer.model_validate_json(dump_json(answer)), answer)

    def compared(self, case: Case) -> None:
        """What `compare` does."""
        found = compare(case, time_limit=self.settings.solve_seconds)
        self.page(comparison_page(case, found, 100))
        documents.text(documents.document(found))

    # --------------------------------------------------------------------------------------------------- steps

    def one_in(self, number: int) -> bool:
        """Whether this one of so many is drawn; draws in any case, so that settings change nothing else."""
        draw = self.dice.random()
        return number > 0 and draw < 1 / number

    def read(self, stage: str, action: Callable[[], T], name: str) -> T | None:
        """What an action reads; None if it refuses in plain words."""

        def refusing() -> T | None:
            try:
                return action()
            except InputError as error:
                self.message(error, name)
                return None

        return self.step(stage, refusing)

    def step(self, stage: str, action: Callable[[], T], seconds: float | None = None) -> T | None:
        """What an action gives, within the time it may take; None if anything goes wrong, which is noted."""
        if stage not in self.outcome.stages:
            self.outcome.stages.append(stage)
        limit = seconds or self.seconds
        dice = self.dice.getstate()
        try:
            with limited(limit):
                return action()
        except TooSlow as error:
            self.trouble(stage, f"more than {limit:g} s", error)
        except RejectedPlan as error:
            self.trouble(stage, "the checker rejects the plan", error)
        except InputError as error:
            self.trouble(stage, "refused though it was read", error)
        except CrewreturnError as error:
            if stage not in ("build", "solve", "compare"):
                self.trouble(stage, "refused though it was read", error)
        except Exception as error:
            self.trouble(stage, type(error).__name__, error)
        self.dice.setstate(dice)
        return None

    def trouble(self, stage: str, kind: str, error: BaseException) -> None:
        """Note what went wrong, by where it did."""
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if str(ROOT) in frame.filename]
        inner = [frame for frame in frames if "/bench/" not in frame.filename] or frames
        where = f"{'/'.join(Path(inner[-1].filename).parts[-2:])}:{inner[-1].lineno}" if inner else "?"
        what = error.kind if isinstance(error, Flaw) else f"{kind} at {where}"
        self.outcome.troubles.append(Trouble(stage, what, f"{error}"[:2000]))

    def message(self, error: InputError, name: str) -> None:
        """Every problem is told with its place and what would be right."""
        text = str(error)
        json.dumps(documents.error_document("input", text, error))
        if not text.startswith(name):
            raise Flaw("a message that does not begin with the file", text)
        for problem in error.problems:
            if problem.advice is None and not _TELLS.search(problem.message):
                raise Flaw(f"no advice: {_pattern(problem.message)}", str(problem))
        self.page(text)

    @staticmethod
    def page(text: str) -> None:
        """Nothing that would upset a terminal."""
        if strange := _STRANGE.search(text):
            raise Flaw(f"U+{ord(strange.group()):04X} in a page", text[max(0, strange.start() - 100) :][:200])

    @staticmethod
    def same(one: object, other: object) -> None:
        """What was written reads back."""
        if one != other:
            raise Flaw("does not read back as it was written", f"{one!r:.500} / {other!r:.500}")


class Flaw(Exception):
    """Something that is wrong though nothing failed."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Interrupt what takes more processor time than this; what does not come back to Python is told when it does."""
    if not hasattr(signal, "setitimer"):  # not on every system
        yield
        return
    before = signal.signal(signal.SIGPROF, _interrupt)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise TooSlow


def _pattern(message: str) -> str:
    """A message without what differs from file to file."""
    return re.sub(r"'[^']*'|\d[\d.,:TZ+-]*|`[^`]*`", "…", message)[:80]
