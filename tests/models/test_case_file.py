"""Files, standard input, names of shipped cases; and writing whole or not at all."""

import io
import os
import stat
import sys
import threading

import pytest
from pydantic import BaseModel, ConfigDict

from crewreturn.models import case_file
from crewreturn.models.case_file import (
    case_names,
    dump_json,
    load_case,
    load_plan,
    read_document,
    read_model,
    write_new,
)
from crewreturn.models.problems import CrewreturnError, InputError
from crewreturn.models.text import MAX_BYTES

CASE = """\
format: crewreturn/1
id: tiny
title: Nobody aboard
known_at: 2023-01-12T00:00:00Z
horizon: {start: 2023-01-12T00:00:00Z, end: 2023-02-01T00:00:00Z}
evacuation: {rate_per_day: 5.4e-5}
"""
PLAN = '{"format": "crewreturn-plan/1", "departures": [{"vehicle": "ms22", "at": "2023-01-20T00:00:00Z"}]}'


class Toy(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    a: int


def refusal(read, *arguments, **settings):
    with pytest.raises(InputError) as caught:
        read(*arguments, **settings)
    return str(caught.value)


@pytest.fixture
def _shipped(tmp_path, monkeypatch):
    """A folder of shipped cases, and another to work in."""
    instances = tmp_path / "instances"
    (instances / "historical").mkdir(parents=True)
    (instances / "__pycache__").mkdir()
    (instances / "schema").mkdir()
    (instances / "historical" / "soyuz-ms22.yaml").write_text(CASE)
    (instances / "toy.yaml").write_text(CASE.replace("evacuation", "evocation"))
    (instances / "toy.best.yaml").write_text("not: a case")
    (instances / "__pycache__" / "no.yaml").write_text("not: a case")
    (instances / "schema" / "case.json").write_text("{}")
    monkeypatch.setattr(case_file, "_instances", lambda: instances)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


# ------------------------------------------------------------------------------------------ reading files


@pytest.mark.parametrize("name", ["x.json", "x.yaml", "x.YML", "x", "x.txt"])
def test_a_file(tmp_path, name):
    """The suffix tells the format where it can; text or path object, absolute or not."""
    path = tmp_path / name
    path.write_text('{"a":\t1}' if name != "x.txt" else "a: 1")
    assert read_document(path)[0] == read_document(str(path))[0] == {"a": 1}
    assert read_model(path, Toy).a == 1


def test_the_suffix_json_is_strict(tmp_path):
    """A file that says it is JSON is for other programs too: they would not read YAML in it."""
    (tmp_path / "x.json").write_text("{a: 1}")
    assert "expected a key in double quotes" in refusal(read_document, tmp_path / "x.json")


def test_a_problem_in_a_file_names_it(tmp_path):
    """File, line and column in the form that editors and terminals make a link of."""
    path = tmp_path / "x.yaml"
    path.write_text("# c\na: x\n")
    assert refusal(read_model, path, Toy).startswith(f"{path}:2:4: a: expected a whole number")


def test_not_a_file(tmp_path):
    """What is no file at all is said in words, with what to do."""
    assert refusal(read_document, tmp_path) == f"{tmp_path}: a folder, not a file. Give a file in it."
    missing = tmp_path / "x.yaml"
    assert refusal(read_document, missing) == f"{missing}: there is no such file. Check the name and the folder."
    assert "cannot be read" in refusal(read_document, "a\0b")
    assert "cannot be read" in refusal(read_document, "x" * 5000)
    (tmp_path / "file").touch()
    assert "cannot be read: Not a directory" in refusal(read_document, tmp_path / "file" / "x.yaml")


def test_a_file_that_must_not_be_read(tmp_path, monkeypatch):
    """The system's reason is passed on."""

    def no(*_):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "x.yaml").touch()
    monkeypatch.setattr("pathlib.Path.open", no)
    assert refusal(read_document, tmp_path / "x.yaml").endswith("cannot be read: Permission denied.")


def test_an_empty_file_and_a_binary_one(tmp_path):
    """Through the whole reader: no traceback, whatever the bytes."""
    for raw, words in {b"": "empty", b"\0\1\2": "binary", b"\xff": "not UTF-8", b"\xef\xbb\xbf{}": None}.items():
        (tmp_path / "x").write_bytes(raw)
        if words:
            assert words in refusal(read_document, tmp_path / "x")
        else:
            assert read_document(tmp_path / "x")[0] == {}


def test_a_large_file_is_refused_unread(tmp_path, monkeypatch):
    """The size is asked for before anything is read: 16 MiB is a thousand times a large case."""
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    monkeypatch.setattr("pathlib.Path.open", None)
    assert refusal(read_document, path) == (
        f"{path}: a file of 16,777,217 bytes is too large. At most 16,777,216 bytes are read."
    )


def test_text_that_is_too_large():
    """The limit is the same where a host hands over text."""
    assert "too large" in refusal(read_document, "body", text=b" " * (MAX_BYTES + 1))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes")
def test_a_pipe(tmp_path):
    """`crewreturn solve <(generator)`: a pipe has no size and is read up to the limit."""
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"a: 1",))
    writer.start()
    assert read_model(tmp_path / "pipe", Toy).a == 1
    writer.join()


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="endless device")  # noqa: PTH110
def test_an_endless_device():
    """It tells no size either, and has no end."""
    assert "too large" in refusal(read_document, "/dev/zero")


class Stdin(io.TextIOWrapper):
    def __init__(self, raw):
        super().__init__(io.BytesIO(raw), encoding="utf-8")


def test_standard_input(monkeypatch):
    """`-` is standard input, in UTF-8 whatever the terminal is set to, and up to the same limit."""
    monkeypatch.setattr(sys, "stdin", Stdin("a: 1 # é".encode()))
    assert read_model("-", Toy).a == 1
    monkeypatch.setattr(sys, "stdin", Stdin(b"a: x"))
    assert refusal(read_model, "-", Toy).startswith("<stdin>:1:4: a: expected a whole number")
    monkeypatch.setattr(sys, "stdin", Stdin(b" " * (MAX_BYTES + 1)))
    assert refusal(read_model, "-", Toy).startswith("<stdin>: a file is too large")
    monkeypatch.setattr(sys, "stdin", io.StringIO("\ufeffa: 1"))
    assert read_model("-", Toy).a == 1
    monkeypatch.setattr(sys, "stdin", None)
    assert "<stdin>: cannot be read" in refusal(read_model, "-", Toy)


def test_text_with_a_name():
    """Text that a host got elsewhere: the name is for the messages and the format."""
    assert read_model("upload.json", Toy, text='{"a": 1}').a == 1
    assert read_model("-", Toy, text=b"a: 1").a == 1
    assert refusal(read_model, "upload.json", Toy, text="a: 1").startswith("upload.json:1:1: ")


# ------------------------------------------------------------------------------------------ cases and plans


@pytest.mark.usefixtures("_shipped")
def test_shipped_cases():
    """Found by name in any folder below; other data files beside them are none."""
    assert case_names() == ("soyuz-ms22", "toy")
    case = load_case("soyuz-ms22")
    assert (case.id, case.ticks) == ("tiny", 20)
    assert load_case(case) is case
    assert "toy.yaml:6:1: evocation: unknown field 'evocation'. Did you mean 'evacuation'?" in refusal(load_case, "toy")


@pytest.mark.usefixtures("_shipped")
def test_a_file_named_like_a_shipped_case(tmp_path):
    """The name means the shipped case on every machine, whatever lies in the folder; `./` means the file."""
    (tmp_path / "here" / "soyuz-ms22").write_text(CASE.replace("tiny", "mine"))
    assert load_case("soyuz-ms22").id == "tiny"
    assert load_case("./soyuz-ms22").id == "mine"
    (tmp_path / "here" / "other").write_text(CASE.replace("tiny", "other"))
    assert load_case("other").id == "other"


@pytest.mark.usefixtures("_shipped")
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("soyuz-ms23", "soyuz-ms23: there is no such file and no such shipped case. Did you mean 'soyuz-ms22'?"),
        ("apollo", "apollo: there is no such file and no such shipped case. `crewreturn cases` lists them."),
        ("soyuz-ms22.yaml", "soyuz-ms22.yaml: there is no such file. Did you mean 'soyuz-ms22'?"),
        ("cases/toyy.json", "cases/toyy.json: there is no such file. Did you mean 'toy'?"),
        ("cases/x.json", "cases/x.json: there is no such file. Check the name and the folder."),
        ("a\0b", "a\0b: there is no such file. Check the name and the folder."),
        ("", ": there is no such file. Check the name and the folder."),
    ],
)
def test_a_name_that_is_misspelt(source, said):
    """Somebody who gives a name or a path that is nowhere is told the nearest shipped name."""
    assert refusal(load_case, source) == said


def test_two_shipped_cases_of_one_name(tmp_path, monkeypatch):
    """A mistake in the package: said, not resolved by chance."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.yaml").write_text(CASE)
    monkeypatch.setattr(case_file, "_instances", lambda: tmp_path)
    with pytest.raises(CrewreturnError, match="two shipped cases are named 'x'"):
        case_names()


def test_a_package_without_cases(monkeypatch):
    """Cut down by a packager: there are no names, and files still work."""

    def none():
        raise ModuleNotFoundError

    monkeypatch.setattr(case_file, "_instances", none)
    assert case_names() == ()


def test_the_cases_of_this_package():
    """Each is found under its own id."""
    for name in case_names():
        assert load_case(name).id == name


@pytest.mark.usefixtures("_shipped")
def test_cases_from_elsewhere(tmp_path, monkeypatch):
    """A path, standard input and data give the same case; a dump of it too."""
    case = load_case("soyuz-ms22")
    (tmp_path / "c.yaml").write_text(CASE)
    assert load_case(tmp_path / "c.yaml") == case
    monkeypatch.setattr(sys, "stdin", Stdin(CASE.encode()))
    assert load_case("-") == case
    assert load_case(read_document("c", text=CASE)[0]) == case
    assert load_case({**read_document("c", text=CASE)[0], "known_at": case.known_at, "horizon": case.horizon}) == case
    (tmp_path / "d.json").write_text(dump_json(case))
    assert load_case(tmp_path / "d.json") == case


def test_plans(tmp_path):
    """As for cases, without shipped names."""
    (tmp_path / "p.json").write_text(PLAN)
    plan = load_plan(tmp_path / "p.json")
    assert plan.departures[0].vehicle == "ms22"
    assert load_plan(plan) is plan
    assert load_plan({"departures": [plan.departures[0]]}) == plan
    assert "there is no such file" in refusal(load_plan, tmp_path / "q.json")


# ------------------------------------------------------------------------------------------ writing


def listing(folder):
    return sorted(path.name for path in folder.iterdir())


def test_writing(tmp_path):
    """The text as it is, in UTF-8, with the permissions that the user's other files get."""
    write_new(tmp_path / "x.json", "é\n")
    (tmp_path / "other").touch()
    assert (tmp_path / "x.json").read_bytes() == "é\n".encode()
    assert (tmp_path / "x.json").stat().st_mode == (tmp_path / "other").stat().st_mode
    assert listing(tmp_path) == ["other", "x.json"]


def test_nothing_is_overwritten_unasked(tmp_path):
    """What stands there stays, even if it is a broken link."""
    (tmp_path / "x").write_text("old")
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("x", "link"):
        assert refusal(write_new, tmp_path / name, "new") == (
            f"{tmp_path / name}: the file exists already. Choose another name, or overwrite it with `force`."
        )
    assert (tmp_path / "x").read_text() == "old"
    assert listing(tmp_path) == ["link", "x"]


def test_overwriting_when_asked(tmp_path):
    """The whole content is replaced at once; permissions stay, a link still points to the file."""
    (tmp_path / "x").write_text("old and longer")
    (tmp_path / "x").chmod(0o640)
    (tmp_path / "link").symlink_to("x")
    write_new(tmp_path / "link", "new", force=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "x").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640
    assert listing(tmp_path) == ["link", "x"]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_no_half_written_file(tmp_path, monkeypatch, force, interruption):
    """Ctrl-C or a full disk in the middle: the old file or none, and nothing left beside it."""

    def interrupt(_):
        raise interruption

    if force:
        (tmp_path / "x").write_text("old")
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt if interruption is KeyboardInterrupt else InputError) as caught:
        write_new(tmp_path / "x", "new", force)
    if interruption is not KeyboardInterrupt:
        assert str(caught.value) == f"{tmp_path / 'x'}: cannot be written: No space left on device."
    assert listing(tmp_path) == (["x"] if force else [])
    assert not force or (tmp_path / "x").read_text() == "old"


def test_a_file_that_appears_meanwhile(tmp_path, monkeypatch):
    """Another process writes the name between our look and our writing: its file stays."""
    monkeypatch.setattr(os, "fsync", lambda _: (tmp_path / "x").write_text("theirs"))
    assert "exists already" in refusal(write_new, tmp_path / "x", "ours")
    assert (tmp_path / "x").read_text() == "theirs"
    assert listing(tmp_path) == ["x"]


def no_links(*_):
    raise PermissionError(1, "Operation not permitted")


def test_a_file_system_without_hard_links(tmp_path, monkeypatch):
    """Memory sticks have none: the name is reserved, then filled; the same promises hold."""
    monkeypatch.setattr(os, "link", no_links)
    write_new(tmp_path / "x", "ours")
    assert (tmp_path / "x").read_text() == "ours"
    assert "exists already" in refusal(write_new, tmp_path / "x", "again")
    monkeypatch.setattr(os, "fsync", lambda _: (tmp_path / "y").write_text("theirs"))
    assert "exists already" in refusal(write_new, tmp_path / "y", "ours")
    assert (tmp_path / "y").read_text() == "theirs"
    assert listing(tmp_path) == ["x", "y"]


def test_an_interruption_without_hard_links(tmp_path, monkeypatch):
    """A name that was reserved is given back."""

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr("pathlib.Path.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_new(tmp_path / "x", "ours")
    assert listing(tmp_path) == []


def test_places_that_cannot_be_written(tmp_path):
    """Folders, devices, folders that are not there, impossible names."""
    assert "there is no folder" in refusal(write_new, tmp_path / "no" / "x", "new")
    assert "a folder, not a file" in refusal(write_new, tmp_path, "new", force=True)
    assert "cannot be written" in refusal(write_new, "a\0b", "new")
    assert "cannot be written" in refusal(write_new, tmp_path / ("x" * 300), "new")
    assert listing(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes")
def test_a_pipe_is_not_replaced(tmp_path):
    """`--force --out /dev/stdout` must not put a file in the device's place."""
    os.mkfifo(tmp_path / "pipe")
    assert "not an ordinary file" in refusal(write_new, tmp_path / "pipe", "new", force=True)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
