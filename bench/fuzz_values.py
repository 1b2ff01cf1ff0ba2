"""Values to put into a document: right in kind and odd, or of another kind altogether."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic_core import PydanticUndefined

from ..models.base import Model
from ..models.checks.references import KIND, LINER, PERSON, PORT, SHIP, SUIT
from ..models.places import field_key
from .fuzz_walk import choices, is_list, is_table, models, scalars

DAY = timedelta(days=1)
NUMBERS = (
    0, 1, -1, 0.0, 1.0, -0.0, 0.5, 0.999999999999, 1e-4, 1e-9, 1e-10, 1e-300, 5e-324, 1e300, 1.7976931348623157e308,
    2, 3, 7, 1.5, 100, 1e6, 1e9, 1e18, 2**31, 2**53 + 1, 2**63, 2**64, 10**30, 10**400, -1e-300, float("nan"),
    float("inf"), float("-inf"),
)  # fmt: skip
COUNTS = (0, 1, 2, 3, 4, 7, 12, 1000, 10**6, 2**31, 2**53, 2**63 - 1, 2**63, 10**30, -1, 1.0, 1.5, True)
DURATIONS = (
    "P0D", "PT0M", "PT1M", "PT7M", "PT30M", "PT1H", "PT4H", "PT6H", "PT12H", "PT23H", "P1D", "PT36H", "P2D", "P1W",
    "P10D", "P40D", "P100D", "P400D", "P3650D", "P36525D", "P36526D", "P999999999999D", "PT99999999999M", "P1Y",
    "P1M", "PT1S", "P1.5D", "-P1D", "P", "PT", "P1DT", "p1d", "1d", "P١D", " P1D",
)  # fmt: skip
INSTANTS = (
    "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1970-01-01T00:00Z", "2022-02-29T00:00Z",
    "2024-02-29T00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-12:00", "8999-12-31T00:00Z",
    "9000-01-01T00:00Z", "2023-02-24T24:00Z", "2023-02-24T23:59:60Z", "2023-02-24", "2023-02-24T00:24",
    "2023-02-24T00:24:00+99:99", "2023-02-24t00:24:00z", "2023-02-24 00:24Z", "0000-01-01T00:00Z",
    "2023-13-01T00:00Z", "20230224T002400Z", "2023-02-24T00:24:00.1234567890123Z", "２０２３-02-24T00:00Z",
)  # fmt: skip
TEXTS = (
    "", " ", "a", "all", "null", "true", "None", "1", "0", "-", "_", "a.b", ".leave", "ünïcode", "Ångström", "日本語",
    "🚀", "\u202eright to left", "e\u0301", "\ufeff", "\u2028", "\u0085", "\x1b[31mred\x1b[0m", "\x07", "\x00",
    "\ud800", "line\nline", "tab\there", "a" * 80, "a" * 81, "x" * 5000, "word " * 400, "{}", "{0}", "%s", "%(x)s",
    "$x", "${x}", "<b>", "'", '"', "\\", "../../etc/passwd", "free", "as-decided", "-rf", "a\u200bb", "\u00a0", "İ",
)  # fmt: skip
WRONG: tuple[Any, ...] = (
    None, True, False, 0, -3, 2.5, "", "text", [], {}, [[]], [None], {"": ""}, {"a": {"b": []}}, "2023-01-01T00:00Z",
)  # fmt: skip
LISTS = {
    "vehicles": SHIP, "ports": PORT, "people": PERSON, "suits": SUIT, "liners": LINER, "vehicle_types": "ship type",
    "suit_types": "suit type", "liner_kinds": "liner kind",
}  # fmt: skip
"""What the ids in a list of a case are ids of, as `references.KIND` has it."""


class Values:
    """Draws values for a document.

    Parameters
    ----------
    dice
        Where chance comes from.
    data
        The document: its horizon, names and dates are taken up.
    """

    def __init__(self, dice: random.Random, data: Any) -> None:
        self.dice = dice
        self.texts: dict[str, list[str]] = {}
        """Texts of the document by the key they stand under."""
        self.dates: list[datetime] = []
        self.names: dict[str, list[str]] = {}
        """Ids of the document by what they are of."""
        self._gather(data, "")
        self._gather_names(data)
        horizon = data.get("horizon") if isinstance(data, dict) else None
        bounds = horizon.values() if isinstance(horizon, dict) else ()
        for text in bounds:
            self.dates += 10 * _dates(text)
        self.tick = self._resolution(data)

    def _gather(self, data: Any, key: str) -> None:
        if isinstance(data, dict):
            for name, item in data.items():
                self._gather(item, name)
        elif isinstance(data, list):
            for item in data:
                self._gather(item, key)
        elif isinstance(data, str):
            dates = _dates(data)
            self.dates += dates
            if not dates:
                self.texts.setdefault(key, []).append(data)

    def _gather_names(self, data: Any) -> None:
        """Ids of the lists at the top, by what they are ids of."""
        for key, items in data.items() if isinstance(data, dict) else ():
            of = LISTS.get(key) or str(key)
            ids = [item.get("id") for item in items if isinstance(item, dict)] if isinstance(items, list) else []
            self.names.setdefault(of, []).extend(name for name in ids if isinstance(name, str))

    @staticmethod
    def _resolution(data: Any) -> timedelta:
        text = data.get("resolution") if isinstance(data, dict) else None
        return {"PT6H": DAY / 4, "PT12H": DAY / 2}.get(text, DAY) if isinstance(text, str) else DAY

    def odd(self, hint: Any, field: str, old: Any = None) -> Any:
        """A value that could stand in a field by its kind."""
        kinds: list[Any] = [*scalars(hint), *(["choice"] if choices(hint) else [])]
        kind = self.dice.choice(kinds) if kinds else None
        if kind == "choice":
            return self.dice.choice(choices(hint))
        if kind is bool:
            return not old if isinstance(old, bool) else self.dice.random() < 0.5
        if kind is int:
            return self.dice.choice(COUNTS)
        if kind is float:
            return self._number(old)
        if kind is datetime:
            return self.instant()
        if kind is timedelta:
            return self.dice.choice(DURATIONS)
        if kind is str:
            return self.text(field)
        return self.dice.choice(WRONG)

    def _number(self, old: Any) -> Any:
        if isinstance(old, int | float) and not isinstance(old, bool) and self.dice.random() < 0.4:
            return old * self.dice.choice((0, 0.1, 0.5, 0.999, 1.001, 2, 10, 1000))
        if self.dice.random() < 0.1:
            return {"mean": self.dice.choice(NUMBERS), "error_factor": self.dice.choice(NUMBERS)}
        return self.dice.choice(NUMBERS)

    def instant(self) -> str:
        """A date of the document moved by a few ticks or less than one, or any other."""
        if not self.dates or self.dice.random() < 0.15:
            return self.dice.choice(INSTANTS)
        ticks = self.dice.choice((0, 0, 1, -1, 2, -3, 5, 10, -20, 100, -400, 4000))
        off = self.dice.choice(
            (timedelta(0),) * 8 + (timedelta(minutes=7), timedelta(hours=1), timedelta(microseconds=1))
        )
        try:
            moment = self.dice.choice(self.dates) + ticks * self.tick + off
        except OverflowError:
            return self.dice.choice(INSTANTS)
        if self.dice.random() < 0.1:
            return moment.replace(tzinfo=None).isoformat() + self.dice.choice(("+05:30", "-12:00", "+00:00"))
        return moment.isoformat().replace("+00:00", "Z")

    def text(self, field: str) -> str:
        """A text that stands under the same key elsewhere, or under another, or nowhere."""
        draw = self.dice.random()
        same = self.names.get(KIND[field]) if field in KIND else self.texts.get(field)
        if draw < 0.6 and same:
            return self.dice.choice(same)
        if draw < 0.8 and self.texts:
            return self.dice.choice(self.texts[self.dice.choice(sorted(self.texts))])
        return self.dice.choice(TEXTS)

    def made(self, hint: Any, field: str, depth: int = 0) -> Any:
        """A value made from the annotation alone: of a model the required fields and some others."""
        found = models(hint)
        if is_list(hint) and depth < 6 and self.dice.random() < 0.8:
            items = [self.made(found[0], field, depth + 1) if found else self.odd(hint, field) for _ in range(2)]
            return items[: self.dice.randint(0, 2)]
        if is_table(hint) and not found:
            return {self.dice.choice(TEXTS): self.odd(hint, field)}
        if not found or depth > 6 or (scalars(hint) and self.dice.random() < 0.8):
            return self.odd(hint, field)
        return self._object(self.dice.choice(found), depth)

    def _object(self, model: type[Model], depth: int) -> dict[str, Any]:
        made = {}
        for name, field in model.model_fields.items():
            needed = field.is_required() or (field.default is PydanticUndefined and field.default_factory is None)
            if needed or self.dice.random() < 0.25:
                key = field_key(name, field)
                made[key] = self.made(field.annotation, key, depth + 1)
        return made


def _dates(text: Any) -> list[datetime]:
    """The instant that a text is, if it is one."""
    if not isinstance(text, str) or len(text) < 16 or text[4:5] != "-":
        return []
    try:
        moment = datetime.fromisoformat(text)
        return [moment.astimezone(UTC)] if moment.tzinfo is not None else []
    except (ValueError, OverflowError):
        return []
