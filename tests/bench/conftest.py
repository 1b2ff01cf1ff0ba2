"""Small cases as files, and rows of runs that nobody made."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crewreturn.bench.rows import Configuration, LevelRow, Row, key_of

POD = """\
format: crewreturn/1
id: pod-{number}
title: One in a pod
known_at: 2030-01-01T00:00Z
horizon: {{start: 2030-01-01T00:00Z, end: 2030-01-06T00:00Z}}
evacuation: {{rate_per_day: {rate}}}
ports: [{{id: hatch, interface: ring}}]
vehicle_types:
  - id: pod
    interface: ring
    groups: [{{id: couch, seats: [left], controls: true}}]
    health: {{emergency: {{loss: {{1: 0.01}}}}, nominal: {{loss: {{1: 0.01}}}}, uncrewed: {{allowed: true}}}}
vehicles: [{{id: pod, type: pod, docked_at: hatch}}]
people: [{{id: ann, qualified: [pod], aboard_in: {{vehicle: pod, group: couch}}}}]
alternatives:
  - {{id: leave, require: [{{depart: {{vehicle: pod}}}}]}}
  - {{id: both, require: [{{depart: {{vehicle: pod}}}}], forbid: [{{depart: {{vehicle: pod}}}}]}}
"""
"""Ann can stay or go home; under `both` she has to do both."""


@pytest.fixture
def pods(tmp_path):
    """Writes so many cases, which differ in their rate of evacuation only, into the folder `pods`."""

    def write(count, folder="pods") -> Path:
        place = tmp_path / folder
        place.mkdir()
        for number in range(count):
            text = POD.format(number=number, rate=f"{1 + number}.0e-5")
            (place / f"pod-{number}.yaml").write_text(text, encoding="utf-8")
        return place

    return write


class Rows:
    """Makes rows."""

    @staticmethod
    def row(case="pod", seconds=1.0, status="optimal", *, value=100.0, seed=0, alternative=None, **more):
        """A run of a case that took so many seconds, None if nobody knows; its plan, if any, has this value."""
        plan = status in ("optimal", "feasible")
        level = {"id": "burden", "unit": "umort", "value": value if plan else None}
        level |= {"status": status if status in ("optimal", "feasible", "infeasible") else "unknown"}
        level |= {"bound": value if status == "optimal" else None, **more.pop("level", {})}
        configuration = Configuration(time_limit=more.pop("time_limit", 10.0), objective=more.pop("objective", None))
        digest = hashlib.sha256(case.encode()).hexdigest()
        asked = {
            "key": key_of(digest, alternative, configuration, seed, "1.2.3"),
            "case": case,
            "case_digest": digest,
            "family": "pods",
            "path": f"pods/{case}.yaml",
            "alternative": alternative,
            "configuration": configuration,
            "seed": seed,
            "crewreturn": "1.2.3",
            "source": "ab",
        }
        found = {
            "status": status,
            "levels": [LevelRow(**level)],
            "seconds": {"solve": seconds} if seconds is not None else {},
            "proven_on": "tick",
            "plan_digest": f"plan {value}" if plan else None,
            "begun": datetime(2031, 1, 1, tzinfo=UTC),
        }
        return Row.model_validate({**asked, **found, **more})


@pytest.fixture(scope="session")
def rows():
    """The maker of rows."""
    return Rows
