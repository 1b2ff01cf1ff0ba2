"""The textbook model's reading of statements: what is required and what is forbidden."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..models.statements import (
    Claim,
    DepartClaim,
    HoldClaim,
    LaunchClaim,
    LimitClaim,
    RelocateClaim,
    ReturnClaim,
    RigClaim,
    Statement,
    UnassuredClaim,
)
from .textbook_board import Board
from .textbook_dates import UNITS
from .textbook_measures import SCALE, by_person, losses, measure

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import LinearExprT
    from ortools.sat.python.cp_model_helper import Literal


def add_statements(board: Board) -> None:
    """State every statement of the board."""
    for statement in board.statements:
        _add(board, statement)


def _add(board: Board, statement: Statement) -> None:
    """Required: each of the claim's alternatives-lists has one true. Forbidden: nothing in any of them is."""
    if statement.require is not None:
        if statement.require.limit is not None:
            _limit(board, statement.require.limit)
        for ways in _facts(board, statement.require):
            board.implies(board.yes, *ways)
        for aboard, fact in _while_aboard(board, statement.require):
            board.implies(aboard, fact)
    if statement.forbid is not None:
        for ways in _facts(board, statement.forbid):
            for literal in ways:
                board.never(literal)
        for _, fact in _while_aboard(board, statement.forbid):
            board.never(fact)


def _facts(board: Board, claim: Claim) -> Iterator[list[Literal]]:
    """For each thing that is claimed to happen: the ways in which it can."""
    for part in (claim.launch, claim.depart, claim.rig, claim.relocate):
        if part is not None:
            yield list(_event(board, part))
    if claim.return_ is not None:
        for person in board.dates.named(claim.return_.people):
            yield list(_return(board, claim.return_, person))


def _event(board: Board, claim: LaunchClaim | DepartClaim | RigClaim | RelocateClaim) -> Iterator[Literal]:
    dates = board.dates
    if isinstance(claim, LaunchClaim):
        for coming, comes in board.ways(claim.vehicle):
            if coming.option is None or coming.launch is None or claim.option not in (None, coming.option.id):
                continue
            if dates.inside(claim, coming.launch):
                yield comes
    elif isinstance(claim, DepartClaim):
        for tick in dates.ticks:
            if dates.inside(claim, tick):
                empty = board.heads[claim.vehicle, 0, tick - 1]
                how = {None: board.yes, False: empty, True: board.negation(empty)}[claim.crewed]
                yield board.both(board.departs[claim.vehicle, tick], how)
    elif isinstance(claim, RigClaim):
        for tick in dates.ticks:
            yield board.rigs.get((claim.vehicle, claim.group, tick), board.no)
    else:
        for (vehicle, port, _), literal in board.moves_to.items():
            if vehicle == claim.vehicle and claim.port in (None, port):
                yield literal


def _return(board: Board, claim: ReturnClaim, person: str) -> Iterator[Literal]:
    for (who, vehicle, tick), literal in board.returns.items():
        if who == person and claim.vehicle in (None, vehicle) and board.dates.inside(claim, tick):
            yield literal


def _while_aboard(board: Board, claim: Claim) -> Iterator[tuple[Literal, Literal]]:
    """For each person and tick of a claim on holding: aboard, and whether the claim is true of them."""
    dates = board.dates
    part = claim.hold or claim.unassured
    for tick in dates.ticks if part is not None else ():
        if part is not None and dates.inside(part, tick):
            for person in dates.named(part.people):
                yield board.aboard[person, tick], _state(board, part, person, tick)


def _state(board: Board, claim: HoldClaim | UnassuredClaim, person: str, tick: int) -> Literal:
    if isinstance(claim, HoldClaim):
        return board.either(
            board.holds[person, claim.vehicle, group.id, tick]
            for group in board.dates.groups(claim.vehicle)
            if claim.group in (None, group.id)
        )
    away = board.either(board.away[liner.id, tick] for liner in board.case.liners if liner.owner == person)
    return board.both(board.unassured[person, tick], board.negation(away))


def _limit(board: Board, claim: LimitClaim) -> None:
    """A measure stays within its limits; the small addition lets a limit stand that is met to the last digit."""
    expressions: list[LinearExprT]
    unit = UNITS
    if claim.measure == "expected_loss":
        charges = list(losses(board, by_person=False))
        expressions = [sum(charge.due * charge.discounted(board, 1.0) for charge in charges)]
    elif claim.measure == "worst_person":
        expressions = [
            sum(charge.due * charge.discounted(board, 1.0) for charge in charges) for charges in by_person(board)
        ]
    else:
        unit = SCALE
        expressions = [sum(charge.due * charge.plain(board, 1.0) for charge in measure(board, claim.measure))]
    if claim.at_most is not None:
        for expression in expressions:
            board.model.add(expression <= math.floor(claim.at_most * unit + 1e-3))
    if claim.at_least is not None:
        enough = []
        for expression in expressions:  # one of them is enough: what is limited is the largest
            enough.append(board.new("enough"))
            bound = math.ceil(claim.at_least * unit - 1e-3)
            board.model.add(expression >= bound).only_enforce_if(enough[-1])
        board.implies(board.yes, *enough)
