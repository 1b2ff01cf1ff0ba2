"""The page on the benchmark: by hand on a few runs that nobody made."""

import re

import pytest
from click.testing import CliRunner

from crewreturn.bench.best_known import Known
from crewreturn.bench.page import contestants, main, page
from crewreturn.bench.rows import Configuration
from crewreturn.models.problems import InputError

CASES = [f"case-{number}" for number in range(6)]


@pytest.fixture
def ran(rows):
    """Makes the row of a run of somebody: crewreturn where no peer is named."""

    def ran(case, seconds=1.0, status="optimal", *, peer=None, **more):
        configuration = Configuration(peer=peer, time_limit=10.0, grace=5.0, levels=1)
        return rows.row(case, seconds, status, configuration=configuration, key=f"{peer} {case}", **more)

    return ran


def table(text, title):
    """The first table under a heading, as a list of its rows."""
    after = re.split(rf"^#+ {re.escape(title)}$", text, flags=re.MULTILINE)[1]
    found = []
    for line in after.splitlines():
        if line.startswith("|"):
            found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif found or line.startswith("#"):
            break
    return found[:1] + found[2:]


def records(text, title):
    """The same with the headers' names."""
    headers, *lines = table(text, title)
    return [dict(zip(headers, line, strict=True)) for line in lines]


def test_what_failed_is_counted_and_ranked_nowhere(ran):
    """Six cases that crewreturn proves in a second each. The textbook takes two on five, and is wrong on the sixth.

    So five pairs are ranked: its mean is two seconds to one second, whatever the one where it was wrong (in a tenth of
    a second) would say. Shifted by one: 2 + 1 - 1 over 1 + 1 - 1, twice as long; shifted by ten the same. The planner
    fails on all: no pair is ranked, and nothing can be told. The last refuses all but one.
    """
    files = [
        [ran(case) for case in CASES],
        [*(ran(case, 2.0, peer="textbook") for case in CASES[1:]), ran("case-0", 0.1, "rejected", peer="textbook")],
        [ran(case, 0.1, "failed", peer="greedy", message="no lawful plan") for case in CASES],
        [ran("case-0", peer="flow-highs"), *(ran(case, status="refused", peer="flow-highs") for case in CASES[1:])],
    ]
    text = page(files, {})
    counted = {row["who"]: row for row in records(text, "What came of the runs")}
    assert {name: counted["textbook"][name] for name in ("best, proven", "wrong", "failed", "timed out")} == {
        "best, proven": "5", "wrong": "1", "failed": "0", "timed out": "0",
    }  # fmt: skip
    assert counted["greedy"]["failed"] == counted["greedy"]["runs"] == "6"
    assert (counted["flow-highs"]["refused"], counted["crewreturn"]["best, proven"]) == ("5", "6")
    speed = {row["peer"]: row for row in records(text, "Who is faster")}
    assert speed["textbook"] == {
        "peer": "textbook",
        "ranked": "5 of 6",
        "proven": "5 / 5",
        "mean, shift 1 s": "1 s / 2 s",
        "mean, shift 10 s": "1 s / 2 s",
        "PAR2": "1 s / 2 s",
        "times as long, shift 1 s": "2 (2 to 2)",
        "times as long, shift 10 s": "2 (2 to 2)",
        "the peer is": "slower",
    }
    assert speed["greedy"]["ranked"] == "0 of 6"
    assert {speed["greedy"][name] for name in ("proven", "PAR2", "times as long, shift 1 s")} == {"-"}
    assert speed["greedy"]["the peer is"] == speed["flow-highs"]["the peer is"] == "cannot tell"
    failed = table(text, "What was wrong, failed or refused")[1:]
    assert len(failed) == 1 + 6 + 5
    assert ["greedy", "case-0", "failed", "no lawful plan"] in failed
    assert "Of each peer's runs: textbook 0 of 6, greedy 0 of 6 and flow-highs 0 of 6." in text


def test_a_proof_that_a_plan_disproves_is_wrong(ran):
    """The textbook says that nothing is below 100, and crewreturn has a plan with 90: wrong, though it is a proof.

    On the other case it says that there is no plan, and the planner has one. Neither is a loss of crewreturn's, and the
    contradictions are told. The planner's plan of 95 is 5/90 from the best.
    """
    files = [
        [ran("a", 10.0, "feasible", value=90.0), ran("b", status="time_limit")],
        [ran("a", peer="textbook"), ran("b", status="infeasible", peer="textbook")],
        [ran(case, 0.1, "feasible", value=95.0, peer="greedy") for case in "ab"],
    ]
    text = page(files, {})
    counted = {row["who"]: row for row in records(text, "What came of the runs")}
    assert (counted["textbook"]["wrong"], counted["textbook"]["best, proven"]) == ("2", "0")
    assert "**2 questions on which two answers cannot both be right**" in text
    assert "there is one of 95" in text
    assert "nothing is better than" not in text
    assert table(text, "Where a peer did better")[1:] == [
        ["b", "greedy", "a plan, and no other", "timed out", "plan, best"]
    ]
    assert table(text, "Case by case")[1:] == [
        ["a", "plan, best", "wrong", "plan, +5.56 %"],
        ["b", "timed out", "wrong", "plan, best"],
    ]


def test_losses(ran):
    """A proof in less time, by however little; a proof where crewreturn has none; a better plan. Nothing else.

    Where crewreturn has proven the best, another's plan is no better, and a slower proof is no loss.
    """
    files = [
        [
            ran("faster", 1.0),
            ran("only", 10.0, "feasible"),
            ran("better", 10.0, "feasible", value=110.0),
            ran("same", 10.0, "feasible"),
            ran("slower", 1.0),
            ran("broken", status="failed"),
        ],
        [
            ran("faster", 0.99, peer="textbook"),
            ran("only", 9.0, peer="textbook"),
            ran("better", 10.0, "feasible", value=105.0, peer="textbook"),
            ran("same", 10.0, "feasible", peer="textbook"),
            ran("slower", 1.1, peer="textbook"),
            ran("broken", 3.0, status="infeasible", peer="textbook"),
        ],
    ]
    text = page(files, {})
    assert table(text, "Where a peer did better")[1:] == [
        ["better", "textbook", "better plan", "plan, +4.76 %", "plan, best"],
        ["broken", "textbook", "a proof, and no other", "failed", "no plan, 3 s"],
        ["faster", "textbook", "faster proof", "1 s", "0.99 s"],
        ["only", "textbook", "a proof, and no other", "plan, best", "9 s"],
    ]
    assert "Of each peer's runs: textbook 4 of 6." in text
    none = page([[ran(case) for case in CASES], [ran(case, 2.0, peer="textbook") for case in CASES]], {})
    assert table(none, "Where a peer did better") == []
    assert "Of each peer's runs: textbook 0 of 6." in none


def test_families(ran):
    """Six pods in which the textbook takes twice as long, and one base in which it runs out of its ten seconds.

    Of the pods it can be told; one base is too few. In PAR2 the base counts twenty.
    """
    ours = [*(ran(case) for case in CASES), ran("base", family="bases")]
    theirs = [
        *(ran(case, 2.0, peer="textbook") for case in CASES),
        ran("base", 10.0, "feasible", value=101.0, peer="textbook", family="bases"),
    ]
    text = page([ours, theirs], {})
    found = {row["family"]: row for row in records(text, "By family")}
    assert (found["pods"]["times as long"], found["pods"]["the peer is"]) == ("2 (2 to 2)", "slower")
    assert (found["bases"]["proven"], found["bases"]["PAR2"]) == ("1 / 0", "1 s / 20 s")
    assert found["bases"]["the peer is"] == "cannot tell"
    assert "| bases    |    1 / 0 / 0 |  0 / 1 / 0 |" in text
    one = page([ours[:6], theirs[:6]], {})
    assert table(one, "By family") == []


def test_what_is_known_says_how_sure_it_is(ran):
    """Certified by two others; proven by one alone; a plan and a bound; nothing at all: each as it is."""
    made = [ran(case) for case in "abcd"]
    known = {
        made[0].case_digest: Known(
            case="a", value=100, bound=100, proof="optimal", proven_by="crewreturn", certified_by="flow-highs, textbook"
        ),
        made[1].case_digest: Known(case="b", proof="infeasible", proven_by="textbook"),
        made[2].case_digest: Known(case="c", value=12.5, bound=3),
    }
    assert table(page([made], known), "What is known of the cases")[1:] == [
        ["a", "100", "100", "nothing is better", "crewreturn", "flow-highs, textbook"],
        ["b", "-", "-", "there is no plan", "textbook", "not certified"],
        ["c", "12.5", "3", "none", "-", "not certified"],
        ["d", "-", "-", "none", "-", "not certified"],
    ]


def test_where_and_how_comes_from_the_rows(ran):
    """Versions, computers and limits as the rows tell them; two computers are two, and a run without a word none."""
    common = {"host": "a computer, 2 cores", "python": "3.11", "workers": 2, "solver": "CP-SAT 9.15", "load": 1.0}
    files = [
        [ran("a", **common), ran("b", **{**common, "host": "another", "load": 2.0})],
        [ran("a", None, "time_limit", peer="textbook"), ran("b", peer="textbook")],
    ]
    text = page(files, {})
    told = dict(line for line in table(text, "How it was done")[1:])
    assert told["computer"] == "a computer, 2 cores; another"
    assert (told["time limit, s"], told["ended from outside so many s later"]) == ("10", "5")
    assert (told["cases"], told["seeds of each"], told["days"], told["Python"]) == ("2", "0", "2031-01-01", "3.11")
    who = re.search(r"^\| crewreturn +\| This package .*$", text, re.MULTILINE)[0]
    assert [cell.strip() for cell in who.split("|")[3:7]] == ["CP-SAT 9.15", "1", "00:00", "1.5"]
    counted = {row["who"]: row for row in records(text, "What came of the runs")}
    assert counted["textbook"]["of the timed out, ended from outside"] == "1"


def test_folders_and_bars_in_messages(ran):
    """Folders of whoever made the run are nobody's business, and a bar does not end a cell."""
    row = ran("a", status="failed", message="OSError: /home/ann/cases/pod.json | gone\nand more")
    assert table(page([[row]], {}), "What was wrong, failed or refused")[1][3:] == ["OSError: pod.json \\| gone"]


def test_files_that_do_not_belong_together(ran):
    """One file for each, crewreturn's among them, wherever it stands."""
    ours, theirs = [ran("a")], [ran("a", peer="textbook")]
    assert [side.name for side in contestants([theirs, ours], {})] == ["crewreturn", "textbook"]
    with pytest.raises(InputError, match="no rows of crewreturn"):
        contestants([theirs], {})
    with pytest.raises(InputError, match="two files or configurations for 'crewreturn'"):
        contestants([ours, ours], {})


def test_the_page_and_its_picture_as_files(ran, tmp_path, monkeypatch):
    """Into a folder beside the page; the same rows, the same bytes. What is no file of rows is refused, status 2."""
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    for name, peer in (("ours", None), ("theirs", "textbook")):
        lines = "".join(f"{ran(case, peer=peer).model_dump_json()}\n" for case in CASES)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    made = []
    for _ in range(2):
        done = CliRunner().invoke(main, ["ours.jsonl", "theirs.jsonl", "--out", "bench.md", "--command", "make it"])
        assert (done.exit_code, done.output) == (0, "bench.md: 12 runs of 2 contestants.\n")
        made.append([(tmp_path / file).read_bytes() for file in ("bench.md", "bench/profile.svg")])
    assert made[0] == made[1]
    assert b"Made by `make it`" in made[0][0]
    assert b"](bench/profile.svg)" in made[0][0]
    refused = CliRunner().invoke(main, ["none.jsonl", "--out", "bench.md"])
    assert refused.exit_code == 2
    assert "there is no such file" in refused.output
