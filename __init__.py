"""crewreturn: who comes home in which ship, seat and suit when a crew ship can no longer be trusted.

    import crewreturn
    case = crewreturn.load_case("soyuz-ms22")
    answer = crewreturn.solve(case, time_limit=60)
    answer.plan.seat_of("rubio", "2023-02-01")

Importing costs little: the models are loaded when one is asked for, the solver when something is solved.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models.answer import Answer, Comparison, Evaluation, Violation
    from .models.case import Case
    from .models.case_file import case_digest, case_names, load_case, load_plan
    from .models.plan import Plan
    from .models.problems import CrewreturnError, InputError
    from .models.statements import Statement
    from .solver.api import Progress, compare, solve
    from .solver.batch import Failure, solve_many
    from .solver.check import evaluate
    from .solver.fault_tree import fault_tree
    from .solver.simulate import Simulation, difference, simulate

try:
    __version__ = version("crewreturn")
except PackageNotFoundError:  # imported from a folder that was never installed
    __version__ = "unknown"

_LAZY = {
    "Answer": "models.answer",
    "Comparison": "models.answer",
    "Evaluation": "models.answer",
    "Violation": "models.answer",
    "Case": "models.case",
    "case_digest": "models.case_file",
    "case_names": "models.case_file",
    "load_case": "models.case_file",
    "load_plan": "models.case_file",
    "Plan": "models.plan",
    "CrewreturnError": "models.problems",
    "InputError": "models.problems",
    "Statement": "models.statements",
    "solve": "solver.api",
    "compare": "solver.api",
    "Progress": "solver.api",
    "solve_many": "solver.batch",
    "Failure": "solver.batch",
    "evaluate": "solver.check",
    "simulate": "solver.simulate",
    "difference": "solver.simulate",
    "Simulation": "solver.simulate",
    "fault_tree": "solver.fault_tree",
}

__all__ = [
    "Answer",
    "Case",
    "Comparison",
    "CrewreturnError",
    "Evaluation",
    "Failure",
    "InputError",
    "Plan",
    "Progress",
    "Simulation",
    "Statement",
    "Violation",
    "__version__",
    "case_digest",
    "case_names",
    "compare",
    "difference",
    "evaluate",
    "fault_tree",
    "load_case",
    "load_plan",
    "simulate",
    "solve",
    "solve_many",
]


def __getattr__(name: str) -> object:
    """Load what is asked for, and nothing before."""
    if name in _LAZY:
        return getattr(import_module(f".{_LAZY[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
