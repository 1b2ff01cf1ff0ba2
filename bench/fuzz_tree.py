"""Mutants that are still documents: fields dropped, added, exchanged; values odd, dates moved, ids renamed."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

from ..models.base import Model
from ..models.case import Case
from ..models.checks.references import KIND
from .fuzz_bases import Donors
from .fuzz_values import DURATIONS, INSTANTS, TEXTS, WRONG, Values
from .fuzz_walk import Spot, choices, inside, is_list, is_table, keys, scalars, spots

HORIZONS = ("P0D", "P1D", "P2D", "P30D", "P400D", "P1000D", "P3650D", "P36500D", "P900000D", "P2900000D")
TABLE_KEYS = (
    "0",
    "1",
    "2",
    "3",
    "7",
    "-1",
    "01",
    "1.0",
    "x",
    "",
    "1000000",
    str(2**63),
    str(10**30),
    "１",
    " 1",
    "1e0",
)


class Tree:
    """A document that is being spoilt.

    Parameters
    ----------
    data
        The document, changed in place.
    model
        What it was before.
    donors
        Values of other documents by the field they stand in.
    """

    def __init__(self, dice: random.Random, data: Any, model: type[Model], donors: Donors) -> None:
        self.dice, self.data, self.model, self.donors = dice, data, model, donors
        self.values = Values(dice, data)

    def spoil(self, gently: bool = False) -> str:
        """Do one thing to the document; what was done.

        Parameters
        ----------
        gently
            Nothing that hardly a case survives.
        """
        for _ in range(50):
            mutate = self.dice.choices(MUTATORS, GENTLE if gently else WEIGHTS)[0]
            where = mutate(self)
            if where is not None:
                return f"{mutate.__name__.strip('_')} {where}"
        return "nothing"

    def some(self, fits: Callable[[Spot], Any] = lambda spot: True) -> Spot | None:
        """One of the values that fit."""
        found = [spot for spot in spots(self.data, self.model) if fits(spot)]
        return self.dice.choice(found) if found else None

    # ------------------------------------------------------------------------------------------------- fields

    def _drop(self) -> str | None:
        spot = self.some()
        if spot is None:
            return None
        del spot.holder[spot.key]
        return spot.field

    def _misspell(self) -> str | None:
        spot = self.some(lambda spot: isinstance(spot.key, str))
        if spot is None or not isinstance(spot.key, str):
            return None
        word = self.dice.choice(
            (spot.key[:-1], spot.key + "s", spot.key.upper(), spot.key[::-1], self.dice.choice(TEXTS))
        )
        if word not in spot.holder:
            spot.holder[word] = spot.holder.pop(spot.key)
        return spot.field

    def _exchange(self) -> str | None:
        one = self.some()
        other = None if one is None else self.some(lambda spot: self.dice.random() < 0.5 or spot.field == one.field)
        if one is None or other is None:
            return None
        first, second = deepcopy(one.value), deepcopy(other.value)
        one.put(second)
        other.put(first)
        return f"{one.field} {other.field}"

    def _odd(self) -> str | None:
        spot = self.some(lambda spot: not isinstance(spot.value, dict | list))
        if spot is None:
            return None
        spot.put(self.values.odd(spot.hint, spot.field, spot.value))
        return spot.field

    def _odd_number(self) -> str | None:
        spot = self.some(lambda spot: not {int, float, timedelta}.isdisjoint(scalars(spot.hint)))
        if spot is None:
            return None
        spot.put(self.values.odd(spot.hint, spot.field, spot.value))
        return spot.field

    def _wrong(self) -> str | None:
        spot = self.some()
        if spot is None:
            return None
        spot.put(deepcopy(self.dice.choice(WRONG)))
        return spot.field

    def _other_choice(self) -> str | None:
        spot = self.some(lambda spot: choices(spot.hint) or scalars(spot.hint) == [bool])
        if spot is None:
            return None
        spot.put(self.values.odd(spot.hint, spot.field, spot.value))
        return spot.field

    def _other_name(self) -> str | None:
        spot = self.some(lambda spot: spot.field in KIND and isinstance(spot.value, str))
        if spot is None:
            return None
        spot.put(self.values.text(spot.field))
        return spot.field

    def _graft(self) -> str | None:
        """A field or an item as it stands in another case."""
        spot = self.some(lambda spot: isinstance(spot.holder, dict) and spot.owner is not None)
        if spot is None or spot.owner is None:
            return None
        field = self.dice.choice(sorted(keys(spot.owner)))
        known = self.donors.get((spot.owner.__name__, field))
        if not known:
            return None
        value = self._adopted(deepcopy(self.dice.choice(known)), keys(spot.owner)[field], field)
        before = spot.holder.get(field)
        if isinstance(before, list) and not isinstance(value, list):
            before.append(value)
        elif is_list(keys(spot.owner)[field]) and not isinstance(value, list):
            spot.holder[field] = [value]
        else:
            spot.holder[field] = value
        return field

    def _adopted(self, value: Any, hint: Any, field: str) -> Any:
        """A value from another case with names and dates of this one in it, mostly."""
        top = {field: value}
        for spot in [Spot(top, field, None, field, hint), *inside(value, hint, None, field)]:
            if isinstance(spot.value, str) and self.dice.random() < 0.9:
                if spot.field in KIND:
                    names = self.values.names.get(KIND[spot.field])
                    spot.put(self.dice.choice(names) if names else spot.value)
                elif _is_date(spot) and spot.value[:4] not in {str(date.year) for date in self.values.dates}:
                    spot.put(self.values.instant())
        return top[field]

    def _make(self) -> str | None:
        """A field that is made from the schema alone."""
        spot = self.some(lambda spot: isinstance(spot.holder, dict) and spot.owner is not None)
        if spot is None or spot.owner is None:
            return None
        absent = sorted(keys(spot.owner).keys() - spot.holder.keys())
        field: str = self.dice.choice(absent or sorted(keys(spot.owner)))
        spot.holder[field] = self.values.made(keys(spot.owner)[field], field)
        return field

    def _empty(self) -> str | None:
        spot = self.some(lambda spot: isinstance(spot.value, list | dict) and spot.value)
        if spot is None:
            return None
        spot.put(type(spot.value)())
        return spot.field

    def _odd_key(self) -> str | None:
        spot = self.some(lambda spot: isinstance(spot.value, dict) and spot.key == spot.field and is_table(spot.hint))
        if spot is None:
            return None
        table, key = spot.value, self.dice.choice(TABLE_KEYS)
        table[key] = deepcopy(self.dice.choice(sorted(table.values(), key=str))) if table else 0.5
        if len(table) > 1 and self.dice.random() < 0.5:
            del table[self.dice.choice(sorted(table))]
        return spot.field

    # -------------------------------------------------------------------------------------------------- lists

    def _twice(self) -> str | None:
        spot = self.some(lambda spot: isinstance(spot.holder, list))
        if spot is None or not isinstance(spot.key, int):
            return None
        again = deepcopy(spot.value)
        if isinstance(again, dict) and "id" in again and self.dice.random() < 0.7:
            again["id"] = f"{again['id']}-2"
        spot.holder.insert(self.dice.randint(0, len(spot.holder)), again)
        return spot.field

    def _many(self) -> str | None:
        """An item a hundred times, each with its own id."""
        spot = self.some(
            lambda spot: isinstance(spot.holder, list) and isinstance(spot.value, dict) and "id" in spot.value
        )
        if spot is None:
            return None
        for number in range(self.dice.choice((10, 100))):
            spot.holder.append({**deepcopy(spot.value), "id": f"many-{number}"})
        return spot.field

    def _permute(self) -> str | None:
        spot = self.some(lambda spot: isinstance(spot.value, list) and len(spot.value) > 1)
        if spot is None:
            return None
        self.dice.shuffle(spot.value)
        return spot.field

    def _remove_with_references(self) -> str | None:
        """An entity, or all of a list, and whatever names it."""
        spot = self.some(lambda spot: isinstance(spot.value, dict) and isinstance(spot.value.get("id"), str))
        if spot is None or not isinstance(spot.holder, list):
            return None
        every = self.dice.random() < 0.3
        gone = {
            item["id"] for item in (spot.holder if every else [spot.value]) if isinstance(item, dict) and "id" in item
        }
        spot.holder[:] = [item for item in spot.holder if not (isinstance(item, dict) and item.get("id") in gone)]
        _forget(self.data, {name for name in gone if isinstance(name, str)})
        return spot.field

    # -------------------------------------------------------------------------------------------------- dates

    def _date(self) -> str | None:
        spot = self.some(lambda spot: scalars(spot.hint)[:1] != [] and _is_date(spot))
        if spot is None:
            return None
        spot.put(self.values.instant())
        return spot.field

    def _reverse(self) -> str | None:
        """Two dates of one object exchanged."""
        spot = self.some(lambda spot: isinstance(spot.value, dict) and len(_dated(spot.value)) > 1)
        if spot is None:
            return None
        one, other = self.dice.sample(_dated(spot.value), 2)
        spot.value[one], spot.value[other] = spot.value[other], spot.value[one]
        return spot.field

    def _resolution(self) -> str | None:
        if self.model is not Case or not isinstance(self.data, dict):
            return None
        self.data["resolution"] = self.dice.choice(DURATIONS)
        return "resolution"

    def _horizon(self) -> str | None:
        horizon = self.data.get("horizon") if isinstance(self.data, dict) else None
        if self.model is not Case or not isinstance(horizon, dict) or not self.values.dates:
            return None
        if self.dice.random() < 0.2:
            horizon[self.dice.choice(("start", "end"))] = self.dice.choice(INSTANTS)
        else:
            days = int(self.dice.choice(HORIZONS)[1:-1])
            try:
                end = min(self.values.dates[-10:]) + timedelta(days=days)
            except OverflowError:
                return None
            horizon["end"] = end.isoformat().replace("+00:00", "Z")
        return "end"

    # ---------------------------------------------------------------------------------------------------- ids

    def _rename(self) -> str | None:
        """An id, wherever it stands, becomes an odd one."""
        spot = self.some(lambda spot: spot.key == "id" and isinstance(spot.value, str))
        if spot is None:
            return None
        new = self.dice.choice((*TEXTS, self.values.text("id"), self.values.text("vehicle")))
        _rename(self.data, spot.value, new)
        return "id"


MUTATORS: tuple[Callable[[Tree], str | None], ...] = tuple(
    value
    for name, value in vars(Tree).items()
    if name.startswith("_") and not name.startswith("__") and name != "_adopted"
)
_OFTEN = {"_graft": 5.0, "_odd_number": 4.0, "_make": 4.0, "_date": 3.0, "_other_name": 3.0, "_odd": 2.0, "_many": 0.3}
WEIGHTS = [_OFTEN.get(mutate.__name__, 1.0) for mutate in MUTATORS]
_ROUGH = {"_misspell", "_exchange", "_wrong", "_empty", "_drop", "_odd_key", "_rename", "_odd"}
GENTLE = [0.0 if mutate.__name__ in _ROUGH else weight for mutate, weight in zip(MUTATORS, WEIGHTS, strict=True)]


def _is_date(spot: Spot) -> bool:
    return isinstance(spot.value, str) and len(spot.value) >= 16 and spot.value[4:5] == "-"


def _dated(data: dict[str, Any]) -> list[str]:
    return sorted(
        key for key, value in data.items() if isinstance(value, str) and value[4:5] == "-" and len(value) >= 16
    )


def _forget(data: Any, gone: set[str]) -> None:
    """Drop names, and fields and items that need them."""
    if isinstance(data, list):
        data[:] = [item for item in data if not _names(item, gone)]
    elif isinstance(data, dict):
        for key in [key for key, item in data.items() if isinstance(item, str) and item in gone and key != "id"]:
            del data[key]
    for item in data if isinstance(data, list) else data.values() if isinstance(data, dict) else ():
        _forget(item, gone)


def _names(item: Any, gone: set[str]) -> bool:
    if isinstance(item, str):
        return item in gone or item.partition(".")[0] in gone
    if isinstance(item, dict) and "id" not in item:
        return any(_names(part, gone) for part in item.values() if isinstance(part, str | dict))
    if isinstance(item, dict):
        return any(
            _names(part, gone) for key, part in item.items() if key not in ("id", "aboard_in", "docked_at", "labels")
        )
    return isinstance(item, list) and bool(item) and all(_names(part, gone) for part in item)


def _rename(data: Any, old: str, new: str) -> None:
    items = list(data.items()) if isinstance(data, dict) else list(enumerate(data))
    for key, item in items:
        if isinstance(item, str) and (item == old or item.startswith(f"{old}.")):
            data[key] = new + item.removeprefix(old)
        elif isinstance(item, dict | list):
            _rename(item, old, new)
