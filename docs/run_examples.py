"""Runs what the pages show, in a folder of its own, and compares or rewrites the output that they show.

    python docs/run_examples.py            # is what the pages show what happens?
    python docs/run_examples.py --write    # write what happens into the pages

In a page,

- a `yaml` block is added to the end of the page's case file, `harbour.yaml`, and a `diff` block is applied to it;
- a `console` block holds commands (`$ crewreturn ...`), each with what it prints; a status other than 0 has to be asked
  for (`$ echo $?`). A line `...` stands for any number of lines;
- a `python` block is run, after those before it, and the `text` block behind it is what it prints.

The files of `docs/examples` lie beside, except the one that the page itself makes.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path

import crewreturn
from crewreturn.cli import main as command_line

DOCS = Path(__file__).resolve().parent
PAGES = ("tutorial.md", "library.md")
GROWN = "harbour.yaml"
"""The case file that the tutorial makes from nothing."""
ELLIPSIS = "..."

MASKS = (
    (re.compile(r"\bafter [\d.,]+ (s|min)\b"), "after TIME s"),
    (re.compile(r"\bsha256 [0-9a-f]+\b"), "sha256 DIGEST"),
    (re.compile(rf"\bcrewreturn {re.escape(crewreturn.__version__)}\b|\bcrewreturn \d+\.\d+\S*"), "crewreturn VERSION"),
)
"""What differs from run to run, from version to version or with the schema."""


@dataclass
class Block:
    """A fenced block of a page."""

    kind: str
    line: int
    """Number of its first line, from 0."""
    text: list[str]


@dataclass
class Session:
    """A folder, the case file that grows in it, and the names that Python blocks have made."""

    folder: Path
    names: dict[str, object] = field(default_factory=lambda: {"__name__": "__page__"})
    status: int = 0
    """Of the last command."""

    def grow(self, text: list[str]) -> None:
        """Add lines to the case file."""
        with (self.folder / GROWN).open("a", encoding="utf-8") as file:
            file.write("\n".join(text) + "\n")

    def change(self, text: list[str]) -> None:
        """Replace the lines of a diff, which stand in the case file once."""
        file = self.folder / GROWN
        before = "".join(f"{line[1:]}\n" for line in text if line[:1] in (" ", "-"))
        after = "".join(f"{line[1:]}\n" for line in text if line[:1] in (" ", "+"))
        whole = file.read_text(encoding="utf-8")
        if whole.count(before) != 1:
            raise ValueError(f"{GROWN} has these lines {whole.count(before)} times, not once:\n{before}")
        file.write_text(whole.replace(before, after), encoding="utf-8")

    def run(self, commands: list[str]) -> list[str]:
        """Commands with what each prints, on both streams."""
        lines: list[str] = []
        for number, command in enumerate(commands):
            printed = self._print_of(command)
            if self.status and "echo $?" not in commands[number + 1 : number + 2]:
                raise ValueError(f"{command} ends with status {self.status}:\n" + "\n".join(printed))
            lines += [*([""] if lines and command != "echo $?" else []), f"$ {command}", *printed]
        return lines

    def _print_of(self, command: str) -> list[str]:
        if command == "echo $?":
            status, self.status = self.status, 0
            return [str(status)]
        program, *arguments = shlex.split(command)
        if program != "crewreturn":
            raise ValueError(f"only crewreturn can be run, not {program}")
        with self._inside() as printed:
            try:
                command_line(arguments)
            except SystemExit as left:
                self.status = int(left.code or 0)
        return [line.rstrip() for line in printed.getvalue().splitlines()]

    def execute(self, code: list[str]) -> list[str]:
        """What Python code prints."""
        with self._inside() as printed:
            exec(compile("\n".join(code), "<page>", "exec"), self.names)
        return printed.getvalue().splitlines()

    @contextlib.contextmanager
    def _inside(self) -> Iterator[io.StringIO]:
        printed, columns = io.StringIO(), os.environ.get("COLUMNS")
        os.environ["COLUMNS"] = "80"
        try:
            with (
                contextlib.chdir(self.folder),
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(printed),
            ):
                yield printed
        finally:
            os.environ.pop("COLUMNS")
            if columns is not None:
                os.environ["COLUMNS"] = columns


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found: list[Block] = []
    lines = text.split("\n")
    inside: Block | None = None
    for number, line in enumerate(lines):
        if inside is None:
            opened = re.fullmatch(r"```(\S+)", line)
            if opened:
                inside = Block(opened[1], number + 1, [])
        elif line == "```":
            found.append(inside)
            inside = None
        else:
            inside.text.append(line)
    return found


def played(text: str, session: Session) -> Iterator[tuple[Block, list[str]]]:
    """Each block that shows an output, with the lines that it ought to have."""
    code: list[str] | None = None
    for block in blocks(text):
        if block.kind == "yaml":
            session.grow(block.text)
        elif block.kind == "diff":
            session.change(block.text)
        elif block.kind == "console":
            yield block, session.run([line[2:] for line in block.text if line.startswith("$ ")])
        elif block.kind == "python":
            code = session.execute(block.text)
        elif block.kind == "text" and code is not None:
            yield block, code
            code = None


def prepare(folder: Path, page: str) -> Session:
    """A session in a folder with the example files, without the one that the page itself makes."""
    for file in (DOCS / "examples").glob("*.yaml"):
        if not (page == "tutorial.md" and file.name == GROWN):
            shutil.copy(file, folder)
    if page == "tutorial.md":
        (folder / GROWN).touch()
    return Session(folder)


def masked(line: str) -> str:
    """A line without what differs from run to run."""
    for pattern, word in MASKS:
        line = pattern.sub(word, line)
    return line.rstrip()


def matches(shown: list[str], ought: list[str]) -> bool:
    """Whether lines are those that ought to be there, where a line `...` stands for any."""
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == ELLIPSIS else re.escape(masked(line)) + r"\n" for line in shown)
    return re.fullmatch(pattern, "".join(masked(line) + "\n" for line in ought)) is not None


def shortened(shown: list[str], ought: list[str]) -> list[str]:
    """New lines shortened where the old ones were: each stretch begins at the line most like its old beginning."""
    if ELLIPSIS not in (line.strip() for line in shown):
        return ought
    kept: list[str] = []
    at = 0
    for dots, stretch in groupby(shown, key=lambda line: line.strip() == ELLIPSIS):
        lines = list(stretch)
        if dots:
            kept += lines
            continue
        like = [SequenceMatcher(None, masked(lines[0]), masked(line)).ratio() for line in ought[at:]]
        at += like.index(max(like)) if kept and like else 0
        kept += ought[at : at + len(lines)]
        at += len(lines)
    return kept


def rewritten(text: str, session: Session) -> str:
    """The page with the outputs that it ought to show; blocks that do are left as they are."""
    lines = text.split("\n")
    moved = 0
    for block, ought in played(text, session):
        if not matches(block.text, ought):
            at, new = block.line + moved, shortened(block.text, ought)
            lines[at : at + len(block.text)] = new
            moved += len(new) - len(block.text)
    return "\n".join(lines)


def main() -> int:
    """Compare or rewrite every page; the status is 1 if something differed."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--write", action="store_true", help="write what happens into the pages")
    chosen = reader.parse_args()
    differed = False
    for page in PAGES:
        text = (DOCS / page).read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            new = rewritten(text, prepare(Path(folder), page))
            if page == "tutorial.md" and chosen.write:
                shutil.copy(Path(folder) / GROWN, DOCS / "examples" / GROWN)
        if new != text:
            differed = True
            print(f"{page}: {'rewritten' if chosen.write else 'shows what does not happen'}")
            if chosen.write:
                (DOCS / page).write_text(new, encoding="utf-8")
    return int(differed and not chosen.write)


if __name__ == "__main__":
    sys.exit(main())
