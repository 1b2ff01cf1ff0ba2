"""What the pages show is what happens: every command, its output, every case file and every line of Python in them."""

import difflib

import pytest

from crewreturn import evaluate, load_case
from crewreturn.docs import run_examples as pages

EXAMPLES = sorted((pages.DOCS / "examples").glob("*.yaml"))


@pytest.mark.parametrize("page", pages.PAGES)
def test_a_page_shows_what_happens(page, tmp_path):
    """The commands and the Python of a page, run in order in a folder of their own, print what the page shows.

    Times, digests and versions may differ, and `...` stands for lines left out. After a change that is meant,
    `python docs/run_examples.py --write` writes the new outputs into the pages.
    """
    session = pages.prepare(tmp_path, page)
    shown = 0
    for block, ought in pages.played((pages.DOCS / page).read_text(encoding="utf-8"), session):
        difference = "\n".join(
            difflib.unified_diff(block.text, ought, f"{page}:{block.line}", "it prints", lineterm="")
        )
        assert pages.matches(block.text, ought), difference
        shown += 1
    assert shown >= 10, "the page's blocks were found"


def test_the_tutorial_ends_with_the_file_that_it_offers(tmp_path):
    """Whoever types the blocks of the tutorial in has the file under `docs/examples`, letter by letter."""
    session = pages.prepare(tmp_path, "tutorial.md")
    for block in pages.blocks((pages.DOCS / "tutorial.md").read_text(encoding="utf-8")):
        if block.kind == "yaml":
            session.grow(block.text)
        elif block.kind == "diff":
            session.change(block.text)
    grown = (tmp_path / pages.GROWN).read_text(encoding="utf-8")
    assert grown == (pages.DOCS / "examples" / pages.GROWN).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_a_case_of_its_own_name(file):
    """Each example file is a valid case; its id is the file's name, so that answers can be told apart."""
    assert load_case(file).id == file.stem


def test_what_was_done_in_everything_obeys_every_rule():
    """The plan in `everything.yaml` uses every kind of event, and is lawful: also under the alternative it was for."""
    case = load_case(pages.DOCS / "examples" / "everything.yaml")
    plan = case.as_decided.plan
    done = next(entry for entry in case.alternatives if entry.id == "floor-in-courier-2")
    assert evaluate(case, plan, statements=done.statements).violations == ()
    assert all(getattr(plan, name) for name in type(plan).model_fields)


def test_another_number_is_noticed():
    """Masks hide times and digests, not results: a loss that differs in one digit is another output.

    The second output lacks a line, which only `...` may stand for.
    """
    shown = ["Run      finished after 0.7 s.", "loss 12.3", "case a, sha256 0123; crewreturn 0.1.0"]
    again = ["Run      finished after 1 min.", "loss 12.3", "case a, sha256 cdef; crewreturn 9.9.9"]
    assert pages.matches(shown, again)
    assert not pages.matches(shown, [again[0], "loss 12.4", again[2]])
    assert not pages.matches([shown[0], shown[2]], again)
    assert pages.matches([shown[0], "...", shown[2]], again)
    assert pages.matches([shown[0], "..."], again)


def test_a_command_that_fails_is_noticed(tmp_path):
    """A status other than 0 stops a page unless the page asks for it, so no failure passes as an output."""
    session = pages.Session(tmp_path)
    with pytest.raises(ValueError, match="ends with status 2"):
        session.run(["crewreturn validate no-such.yaml"])
    printed = session.run(["crewreturn validate no-such.yaml", "echo $?"])
    assert printed[-2:] == ["$ echo $?", "2"]


def test_outputs_are_shortened_where_they_were():
    """Written anew, an output keeps its `...`: a stretch begins at the line most like its old beginning.

    Of five new lines the page showed the first, then from `b` on two: so it shows `A`, `...`, `b2`, `c`.
    """
    assert pages.shortened(["a", "...", "line b1", "c"], ["A", "x", "y", "line b2", "c", "d"]) == [
        "A",
        "...",
        "line b2",
        "c",
    ]
    assert pages.shortened(["a", "b"], ["c"]) == ["c"]
