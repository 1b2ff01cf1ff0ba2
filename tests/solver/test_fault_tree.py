"""The fault trees add up to what the checker adds up: by a small evaluator here, and by SCRAM where it is installed."""

import itertools
import math
import re
import shutil
import subprocess
from collections import Counter
from xml.etree import ElementTree

import pytest

from crewreturn.bench.random_cases import TINY, random_case
from crewreturn.bench.textbook import Unsupported, solve_textbook
from crewreturn.models.case_file import load_case
from crewreturn.models.plan import Plan
from crewreturn.solver.check import evaluate
from crewreturn.solver.fault_tree import fault_tree

SCRAM = shutil.which("scram")
EXACT = {"rel": 1e-9, "abs": 1e-12}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*")
"""What the format takes as a name: no dot, no two hyphens in a row, none at an end."""


class Trees:
    """A document as read: a loss by person, from minimal cut sets."""

    def __init__(self, text):
        self.root = ElementTree.fromstring(text)
        self.gates = {gate.get("name"): gate for gate in self.root.iter("define-gate")}
        self.events = {
            event.get("name"): float(event.find("float").get("value")) for event in self.root.iter("define-basic-event")
        }
        self.tops = [tree.find("define-gate").get("name") for tree in self.root.iter("define-fault-tree")]

    def labels(self, start):
        """Labels of the basic events whose name begins so."""
        return [e.findtext("label") for e in self.root.iter("define-basic-event") if e.get("name").startswith(start)]

    def cut_sets(self, gate):
        """All minimal sets of basic events that make a gate true."""
        found = set(self._sets(next(part for part in self.gates[gate] if part.tag != "label")))
        return {one for one in found if not any(other < one for other in found)}

    def _sets(self, formula):
        match formula.tag:
            case "basic-event":
                return [frozenset([formula.get("name")])]
            case "gate":
                return self.cut_sets(formula.get("name"))
            case "constant":
                assert formula.get("value") == "false"
                return []
        parts = [self._sets(part) for part in formula]
        assert len(parts) >= 2, "SCRAM refuses AND and OR of fewer"
        if formula.tag == "or":
            return [one for part in parts for one in part]
        assert formula.tag == "and"
        return [frozenset().union(*chosen) for chosen in itertools.product(*parts)]

    def losses(self):
        """The rare-event sum of each top gate, in order."""
        return [
            math.fsum(math.prod(self.events[name] for name in one) for one in self.cut_sets(top)) for top in self.tops
        ]


def agrees(case, plan, **how):
    """The trees of a plan, once they are found to add up to the checker's losses."""
    found = evaluate(case, plan, **how)
    trees = Trees(fault_tree(case, plan, **how))
    assert trees.losses() == pytest.approx([person.total for person in found.losses], **EXACT)
    assert sum(trees.losses()) == pytest.approx(found.expected_loss, **EXACT)
    assert all(0 < chance <= 1 for chance in trees.events.values())
    return trees


def everything(little):
    """Every source of loss in one case.

    Ann and Bob sit unsuited in a group that adds a loss, in a ship that grows old on day 4 and is moved on days 0 and
    3; Bob's liner is moved in 18 hours, in which an evacuation finds him without it. Cyd flies up, Dee is left on the
    ground, Eve is aboard without a seat all along, and stranded. A leak costs each person aboard 0.25 a day.
    """
    old = little.ship_type("bad", 3, 0.3, 0.2)
    old["groups"][0] |= {"added_loss": 0.03, "needs_liner": "foam"}
    old |= {"suit": "sokol", "unsuited": {"emergency": 0.07, "nominal": 0.02}}
    old["docked_life"] = [{"id": "old-age", "after": "P34D", "added_loss": 0.05}]
    old["health"]["relocation"] = {"loss": {"3": 0.01}}
    option = {"earliest": little.day(2), "latest": little.day(2), "transit": "P1D", "ascent_loss": 0.04}
    planned = {"planned": {"from": little.day(2), "to": little.day(9)}}
    case = little.case(
        loss_unassured=0.9,
        suit_types=[{"id": "sokol"}],
        liner_kinds=[{"id": "foam", "move": {"takes": "PT18H"}}],
        liners=[{"id": f"{name}-foam", "kind": "foam", "owner": name, "in": "old"} for name in ("ann", "bob")],
        ports=[{"id": name, "interface": "ring"} for name in ("fore", "aft", "top")],
        vehicle_types=[old, little.ship_type("good", 2, 0.1, 0.01)],
        vehicles=[
            {"id": "old", "type": "bad", "docked_at": "fore", "launched": little.day(-30)},
            {"id": "up", "type": "good", "launch": [{"id": "up", "brings": {"people": ["cyd"]}, **option}]},
            {"id": "no", "type": "good", "launch": [{"id": "no", "brings": {"people": ["dee"]}, **option, **planned}]},
        ],
        people=[
            *({"id": name, "aboard_in": {"vehicle": "old", "group": "couch"}} for name in ("ann", "bob")),
            {"id": "cyd"},
            {"id": "dee"},
            {"id": "eve", "aboard": True},
        ],
        hazards=[{"id": "leak", "rate_per_day": 0.25}],
    )
    spans = {"ann": ("old", 0, 10), "bob": ("old", 0, 10), "cyd": ("up", 3, 8)}
    plan = Plan.model_validate(
        {
            "launches": [
                {"vehicle": "up", "option": "up", "launch": little.day(2), "arrival": little.day(3), "port": "fore"}
            ],
            "departures": [{"vehicle": "up", "at": little.day(8)}],
            "relocations": [
                {"vehicle": "old", "port": "top", "at": little.day(0)},
                {"vehicle": "old", "port": "aft", "at": little.day(3)},
            ],
            "liner_moves": [{"liner": "bob-foam", "begin": little.day(6)}],
            "holds": [
                {"person": name, "vehicle": ship, "group": "couch", "from": little.day(a), "to": little.day(b)}
                for name, (ship, a, b) in spans.items()
            ],
        }
    )
    return case, plan


@pytest.fixture(scope="module")
def random_plans():
    """Twenty random cases with the textbook model's plan, or with the empty one where it has none in time."""
    pairs = []
    for seed in range(20):
        case = random_case(seed, TINY)
        try:
            found = solve_textbook(case, time_limit=1).plan
        except Unsupported:
            found = None
        pairs.append((case, found or Plan()))
    return pairs


def test_one_ship(little):
    """Two people in one ship for ten days: each is lost with q * 0.5 + S * 0.2, q = 1 - S, S = exp(-0.1).

    One span of time is enough for ten days in one seat. The loss of the ship is one event in both trees, since it
    takes both of them.
    """
    case = little.case()
    holds = [
        {"person": name, "vehicle": "old", "group": "couch", "from": little.day(0), "to": little.day(10)}
        for name in ("ann", "bob")
    ]
    trees = agrees(case, Plan.model_validate({"holds": holds}))
    survival = math.exp(-0.1)
    assert trees.losses() == pytest.approx([(1 - survival) * 0.5 + survival * 0.2] * 2)
    assert trees.tops == ["lost-ann", "lost-bob"]
    assert trees.events == pytest.approx(
        {
            "evacuation-2031_01_01-2031_01_11": 1 - survival,
            "emergency-old-2": 0.5,
            "no-evacuation-before-2031_01_11": survival,
            "nominal-old-2": 0.2,
        }
    )
    expected = {
        frozenset({"evacuation-2031_01_01-2031_01_11", "emergency-old-2"}),
        frozenset({"no-evacuation-before-2031_01_11", "nominal-old-2"}),
    }
    assert trees.cut_sets("lost-ann") == trees.cut_sets("lost-bob") == expected


def test_every_source(little):
    """Each source has its events, and the sum is the checker's.

    Two rides of one ship are two cut sets with one loss in common. That holds on day 0 too, before which no evacuation
    can strike: its certain event is written down, or the loss alone would swallow the second ride.
    """
    case, plan = everything(little)
    assert min(evaluate(case, plan).by_source.values()) > 0, "every source is there"
    trees = agrees(case, plan)
    rides = {one for one in trees.cut_sets("lost-ann") if "relocation-old-2" in one}
    dates = ("2031_01_01", "2031_01_04")
    assert rides == {frozenset({f"no-evacuation-before-{date}", "relocation-old-2"}) for date in dates}
    assert trees.events["no-evacuation-before-2031_01_01"] == 1


def test_a_sum_above_one_is_no_probability(little):
    """Ten days of a leak at 0.25 a day add up to 2.38, which is three events of a third each: the sum is the same."""
    case, plan = everything(little)
    trees = agrees(case, plan)
    shares = [chance for name, chance in trees.events.items() if name.startswith("hazard-leak-eve")]
    assert shares == pytest.approx([0.25 * (1 - math.exp(-0.1)) / 0.01 / 3] * 3)


def test_waived(little):
    """A docked-life step that is waived is in no tree."""
    case, plan = everything(little)
    assert agrees(case, plan).labels("life")
    assert not agrees(case, plan, waive=["old-age"]).labels("life")


def test_random_plans(random_plans):
    """Twenty random cases; what breaks rules (the empty plan often does) is priced as the checker prices it."""
    assert sum(bool(plan.holds) for _, plan in random_plans) >= 7
    for case, plan in random_plans:
        agrees(case, plan)


def test_model_case():
    """The shipped case as it was flown, most of a year: equal seats share a span, so there are few events."""
    case = load_case("soyuz-ms22")
    trees = agrees(case, case.as_decided.plan)
    assert len(trees.labels("evacuation")) < 30
    assert "Nominal return in Soyuz MS-23 with 3 in it" in trees.labels("nominal")


def test_hours(little):
    """At a resolution of six hours names hold the hour, and stay names."""
    holds = [{"person": "ann", "vehicle": "old", "group": "couch", "from": little.day(0), "to": "2031-01-02T06:00:00Z"}]
    trees = agrees(little.case(resolution="PT6H"), Plan.model_validate({"holds": holds}))
    assert "evacuation-2031_01_01T00_00Z-2031_01_02T06_00Z" in trees.events


def test_names(little):
    """Ids may begin with a digit, hold two hyphens and end in one; names may not. What differs stays different."""
    names = ["a-b", "a_b", "A_B", "9", "x--", "a--b"]
    title = "Zo\u00eb <&> \"'"
    case = little.case(
        people=[{"id": name, "name": title, "aboard_in": {"vehicle": "old", "group": "couch"}} for name in names[:2]]
        + [{"id": name, "name": title, "aboard": True} for name in names[2:]],
        hazards=[{"id": "leak-", "rate_per_day": 0.01}],
    )
    trees = agrees(case, Plan())
    kinds = ("define-gate", "define-basic-event")
    given = Counter(part.get("name").lower() for kind in kinds for part in trees.root.iter(kind))
    assert set(given.values()) == {1}
    for part in trees.root.iter():
        assert NAME.fullmatch(part.get("name", "ok"))
    labels = {tree.findtext("label") for tree in trees.root.iter("define-fault-tree")}
    assert labels == {"Zo\u00eb <&> \"'"}


def test_nothing_to_fear(little):
    """Without people aboard nothing happens: the tree of somebody on the ground is false. Nobody at all is no tree."""
    trees = agrees(little.case(people=[{"id": "cyd"}]), Plan())
    assert (trees.losses(), trees.events) == ([0], {})
    assert agrees(little.case(people=[]), Plan()).tops == []


def test_no_evacuation_no_event(little):
    """With a rate of 0 only the end is left: both are stranded for certain."""
    trees = agrees(little.case(evacuation={"rate_per_day": 0.0}), Plan())
    assert trees.losses() == [1, 1]
    assert not trees.labels("evacuation")


def test_equal_plans_equal_documents(little):
    """The order in which a plan is written down, and how holds are cut, do not show."""
    case, plan = everything(little)
    turned = plan.model_copy(update={"holds": plan.holds[::-1], "relocations": plan.relocations[::-1]})
    assert fault_tree(case, turned) == fault_tree(case, plan)


@pytest.mark.skipif(SCRAM is None, reason="SCRAM, the other program, is not on the PATH (Debian: apt install scram)")
def test_scram_agrees(little, random_plans, tmp_path):
    """SCRAM reads the documents (it tests them against the format's schema) and finds each person's loss, and the sum.

    It prints six figures, and no probability above 1.
    """
    model = load_case("soyuz-ms22")
    pairs = [everything(little), (model, model.as_decided.plan), *random_plans]
    for case, plan in pairs:
        losses = [person.total for person in evaluate(case, plan).losses]
        assert scram(fault_tree(case, plan), tmp_path) == pytest.approx([min(1, loss) for loss in losses], rel=6e-6)


def scram(text, folder):
    """What SCRAM makes of each top gate, in the order of the trees."""
    (folder / "loss.xml").write_text(text, encoding="utf-8")
    options = ["--rare-event", "--probability", "true", "--cut-off", "0", "--limit-order", "20"]
    run = subprocess.run(
        [SCRAM, *options, "-o", "report.xml", "loss.xml"], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stdout + run.stderr
    report = ElementTree.parse(folder / "report.xml")
    found = {entry.get("name"): float(entry.get("probability")) for entry in report.iter("sum-of-products")}
    return [found[top] for top in Trees(text).tops]
