"""Files of rows: they only grow, hold each run once, and lose no more than what was being written."""

import errno
import json
import os

import pytest

from crewreturn.bench.rows import HEAD, STATUSES, Configuration, RowFile, Unwritable, key_of, read_rows
from crewreturn.models.problems import InputError

TEN = Configuration(time_limit=10.0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rows.jsonl"


def opened(path, configuration=TEN, version="1.2.3"):
    return RowFile(path, configuration, version)


def filled(path, rows, *cases):
    """A file with a row for each case; its text."""
    with opened(path) as file:
        for case in cases:
            file.append(rows.row(case))
    return path.read_bytes()


def test_rows_read_back(path, rows):
    """What was appended is what is read; every line is JSON of its own and begins as a torn one is recognised by."""
    made = [rows.row("a", 0.25), rows.row("b", status="infeasible"), rows.row("a", seed=1, value=3.5)]
    with opened(path) as file:
        for row in made:
            file.append(row)
        assert file.keys == {row.key for row in made}
        assert file.statuses == {"optimal": 2, "infeasible": 1}
    assert read_rows(path) == made
    lines = path.read_bytes().splitlines()
    assert len(lines) == 3
    assert all(line.startswith(HEAD) and json.loads(line)["crewreturn"] == "1.2.3" for line in lines)


def test_a_key_holds_all_that_decides_the_result():
    """Another case, alternative, configuration, seed or version is another run; the same ones are the same run."""
    same = ("ab", None, TEN, 0, "1.0")
    others = [("cd", None, TEN, 0, "1.0"), ("ab", "leave", TEN, 0, "1.0"), ("ab", None, Configuration(), 0, "1.0")]
    others += [("ab", None, TEN, 1, "1.0"), ("ab", None, TEN, 0, "1.1")]
    assert key_of(*same) == key_of("ab", None, Configuration(time_limit=10.0), 0, "1.0")
    assert len({key_of(*same), *(key_of(*other) for other in others)}) == 6


def test_every_status_can_be_kept(path, rows):
    """None is written as another."""
    with opened(path) as file:
        for status in STATUSES:
            file.append(rows.row(status, status=status))
    assert [row.status for row in read_rows(path)] == list(STATUSES)


@pytest.mark.parametrize("left", [1, 20, len(HEAD), len(HEAD) + 1, 400])
def test_a_torn_last_line_is_cut_off(path, rows, left):
    """A crash leaves any part of a line: the rows before it stay, byte by byte, and its run has no row."""
    whole = filled(path, rows, "a", "b")
    line = whole[whole.index(b"\n") + 1 :]
    first = whole[: -len(line)]
    path.write_bytes(first + line[:left])
    assert [row.case for row in read_rows(path)] == ["a"]  # reading changes nothing
    assert path.stat().st_size == len(first) + left
    with opened(path) as file:
        assert file.cut == left
        assert path.read_bytes() == first
        file.append(rows.row("b"))
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"dear diary", "not a file of rows"),  # no newline: it looks like a torn line, and is not ours to cut
        (b"dear diary\n", "not a row"),
        (b'{"format":"crewreturn-bench-row/2"}\n', "not a row"),
        (b"\x00" * 50, "not a file of rows"),
        (b'{"case": "pod"}\n', "not a row"),
    ],
)
def test_other_files_are_refused_and_stay_as_they_are(path, text, says):
    """Nothing is cut off, and nothing added."""
    path.write_bytes(text)
    for use in (opened, read_rows):
        with pytest.raises(InputError, match=says):
            use(path)
    assert path.read_bytes() == text


def test_a_damaged_line_in_the_middle_is_told_with_its_number(path, rows):
    """Only a last line can be torn; anything else is damage that nobody should build upon."""
    first, second, _ = filled(path, rows, "a", "b").split(b"\n")
    path.write_bytes(first[:100] + b"\n" + second + b"\n")
    with pytest.raises(InputError, match=r"rows\.jsonl:1:1: not a row"):
        opened(path)


def test_a_run_cannot_have_two_rows(path, rows):
    """Neither appended, nor read from a file that somebody has pasted together."""
    once = filled(path, rows, "a")
    with opened(path) as file, pytest.raises(ValueError, match="already"):
        file.append(rows.row("a"))
    path.write_bytes(once * 2)
    for use in (opened, read_rows):
        with pytest.raises(InputError, match="the run of line 1 again"):
            use(path)


@pytest.mark.parametrize(
    ("configuration", "version", "says"),
    [
        (Configuration(time_limit=20.0), "1.2.3", "time_limit '10.0', and this run has '20.0'"),
        (Configuration(time_limit=10.0, objective="safest"), "1.2.3", "objective left out, and this run has 'safest'"),
        (TEN, "1.2.4", "version 1.2.3, and this is 1.2.4"),
    ],
)
def test_one_file_one_question(path, rows, configuration, version, says):
    """Rows with another limit or of another version beside each other would be compared as if they were one thing."""
    text = filled(path, rows, "a")
    with pytest.raises(InputError) as refused:
        opened(path, configuration, version)
    assert says in str(refused.value)
    assert path.read_bytes() == text


def test_two_runs_cannot_share_a_file(path, rows):
    """The second is refused while the first goes on, and welcome afterwards."""
    with opened(path) as file:
        file.append(rows.row("a"))
        with pytest.raises(InputError, match="another run is adding rows"):
            opened(path)
        file.append(rows.row("b"))
    with opened(path) as file:
        assert len(file.keys) == 2


def test_a_full_disk_leaves_no_half_row(path, rows, monkeypatch):
    """The disk takes 50 bytes of the second row and then no more: the file ends with the first one."""
    text, write = filled(path, rows, "a"), os.write
    given = []

    def full(handle, data):
        given.append(len(data))
        if len(given) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(handle, data[:50])

    with opened(path) as file:
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(Unwritable, match=r"No space left on device\. Make room and run the same command again"):
            file.append(rows.row("b"))
        monkeypatch.undo()
        assert given[1] == given[0] - 50
        assert path.read_bytes() == text
        file.append(rows.row("b"))  # there is room again
    assert [row.case for row in read_rows(path)] == ["a", "b"]


def test_what_is_no_file_is_refused(tmp_path):
    """A folder, a device that never ends, a folder that does not exist."""
    for place, says in (
        (tmp_path, "Is a directory"),
        ("/dev/full", "not an ordinary file"),
        (tmp_path / "x" / "y", "No such"),
    ):
        with pytest.raises(InputError, match=says):
            opened(place)
    with pytest.raises(InputError, match="no such file"):
        read_rows(tmp_path / "nowhere.jsonl")
