"""`crewreturn check --fault-tree`, run as a process: what it writes, and that it overwrites nothing unasked."""

import json
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from crewreturn.models.case_file import load_case, load_plan
from crewreturn.solver.fault_tree import fault_tree

CASE = """\
format: crewreturn/1
id: pod
title: One in an old pod
known_at: 2030-01-01T00:00Z
horizon: {start: 2030-01-01T00:00Z, end: 2030-01-06T00:00Z}
evacuation: {rate_per_day: 1.0e-4}
ports: [{id: hatch, interface: ring}]
vehicle_types:
  - id: pod
    interface: ring
    groups: [{id: couch, seats: [left], controls: true}]
    health: {emergency: {loss: {1: 0.01}}, nominal: {loss: {1: 0.02}}, uncrewed: {allowed: true}}
    docked_life: [{id: old-age, after: P1D, added_loss: 0.1}]
vehicles: [{id: pod, type: pod, docked_at: hatch, launched: 2029-01-01T00:00Z}]
people: [{id: ann, qualified: [pod], aboard_in: {vehicle: pod, group: couch}}]
alternatives:
  - {id: certified-longer, waive: [old-age]}
"""
PLAN = """\
departures: [{vehicle: pod, at: 2030-01-03T00:00Z}]
holds: [{person: ann, vehicle: pod, group: couch, from: 2030-01-01T00:00Z, to: 2030-01-03T00:00Z}]
"""


pytestmark = pytest.mark.usefixtures("folder")


def check(*options, plan="plan.yaml"):
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "crewreturn", "check", "pod.yaml", plan, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def events(path):
    """The basic events of a document, with their chances."""
    found = ElementTree.parse(path).iter("define-basic-event")
    return {event.get("name"): float(event.find("float").get("value")) for event in found}


def test_written_beside_the_page(folder):
    """The page is what it is without the option; the file is what the library gives."""
    plain, done = check(), check("--fault-tree", "loss.xml")
    assert (done.returncode, done.stdout, done.stderr) == (0, plain.stdout, "")
    assert (folder / "loss.xml").read_text(encoding="utf-8") == fault_tree(
        load_case("pod.yaml"), load_plan("plan.yaml")
    )
    assert events("loss.xml")["nominal-pod-1"] == 0.02
    assert sorted(path.name for path in folder.iterdir()) == ["loss.xml", "plan.yaml", "pod.yaml"]


def test_with_json(folder):
    """Standard output stays one document."""
    done = check("--fault-tree", "loss.xml", "--json")
    assert done.returncode == 0
    json.loads(done.stdout)
    assert events("loss.xml")


def test_nothing_is_overwritten(folder):
    """A file that stands there is left as it is, and told of before anything is shown; --force replaces it."""
    (folder / "loss.xml").write_text("mine", encoding="utf-8")
    done = check("--fault-tree", "loss.xml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "loss.xml: the file exists already. Choose another name, or overwrite it with --force.\n"
    assert (folder / "loss.xml").read_text(encoding="utf-8") == "mine"
    assert check("--fault-tree", "loss.xml", "--force").returncode == 0
    assert events("loss.xml")


def test_where_it_cannot_be_written(folder):
    """The page has been shown by then; the status tells."""
    done = check("--fault-tree", "nowhere/loss.xml")
    assert (done.returncode, done.stdout) == (2, check().stdout)
    assert done.stderr == "nowhere/loss.xml: there is no folder 'nowhere'. Create it first.\n"


def test_a_plan_that_breaks_a_rule(folder):
    """A ship that leaves twice: the status is that of the check, and the file says all the same what it costs."""
    twice = PLAN.replace("[{vehicle", "[{vehicle: pod, at: 2030-01-04T00:00Z}, {vehicle")
    (folder / "twice.yaml").write_text(twice, encoding="utf-8")
    done = check("--fault-tree", "loss.xml", plan="twice.yaml")
    assert (done.returncode, done.stderr) == (1, "")
    assert events("loss.xml")["nominal-pod-1"] == 0.02


def test_under_an_alternative(folder):
    """What the alternative waives is not in the tree either: here the docked-life step with its 0.1."""
    check("--fault-tree", "with.xml")
    check("--fault-tree", "without.xml", "--alternative", "certified-longer")
    assert events("with.xml")["life-nominal-pod-old_age"] == 0.1
    assert not [name for name in events("without.xml") if name.startswith("life")]
