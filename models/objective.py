"""What is minimised: levels in order, each a weighted sum of measures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Amount, Id, Many, Model
from .problems import Mistake
from .statements import Measure

Preset = Literal["default", "safest", "ordinal"]
PRESETS: tuple[Preset, ...] = ("default", "safest", "ordinal")


class Level(Model):
    """One level of the objective."""

    id: Id
    """Its name in answers."""
    weights: Annotated[dict[Measure, Amount], Field(min_length=1)]
    """Weight of each measure. Beside `expected_loss` they are prices in micromorts, and the level is an expectation."""
    tolerance: Amount = 0.0
    """How far later levels may stray from this level's best value, in the level's unit."""

    @property
    def is_expectation(self) -> bool:
        """Whether the level is in micromorts: terms are discounted by the chance that no evacuation came before."""
        return "expected_loss" in self.weights or "worst_person" in self.weights

    @model_validator(mode="after")
    def _weighted(self) -> Level:
        if self.weights.get("expected_loss", 1) == 0:
            raise Mistake("expected_loss has the weight 0", "Leave it out, or give it a weight.")
        return self


Objective = Annotated[Many[Level], Field(min_length=1)]

DEFAULT_OBJECTIVE: tuple[Level, ...] = (
    Level(
        id="burden",
        weights={
            "expected_loss": 1,
            "reseats": 5,
            "liner_moves": 5,
            "riggings": 20,
            "relocations": 20,
            "displaced": 100,
            "extra_launches": 10_000,
            "off_plan_days": 1,
            "understaffed_days": 3,
        },
    ),
    Level(id="displaced", weights={"displaced": 1}),
    Level(id="moves", weights={"reseats": 1, "liner_moves": 1}),
    Level(id="lateness", weights={"lateness": 1}),
)
_MOVES = DEFAULT_OBJECTIVE[2]

PRESET_LEVELS: dict[Preset, tuple[Level, ...]] = {
    "default": DEFAULT_OBJECTIVE,
    "safest": (Level(id="loss", weights={"expected_loss": 1}), _MOVES),
    "ordinal": (Level(id="graded", weights={"graded_days": 1}), _MOVES),
}
