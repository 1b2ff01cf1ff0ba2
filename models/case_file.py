"""Reading and writing documents: the only place of `models` that touches files."""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from .canonical import case_digest, dump_json, plain_data
from .complaints import explain
from .positions import Json, Positions
from .problems import CaseProblems, CrewreturnError, InputError, Problem, did_you_mean, quote
from .text import MAX_BYTES, Format, decode, parse

if TYPE_CHECKING:
    from .case import Case
    from .plan import Plan

__all__ = [
    "case_digest",
    "case_names",
    "dump_json",
    "load_case",
    "load_plan",
    "read_document",
    "read_model",
    "write_new",
]

M = TypeVar("M", bound=BaseModel)
Source = str | os.PathLike[str] | Mapping[str, Any]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_FORMATS: dict[str, Format] = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}


def read_document(source: str | os.PathLike[str], *, text: str | bytes | None = None) -> tuple[Json, Positions]:
    """The data of a JSON or YAML document, and where everything in it stands.

    Whole numbers as keys come as their digits. What the two formats mean, and what is refused though they allow it, is
    told at `json_text.read_json` and `yaml_text.read_yaml`.

    Parameters
    ----------
    source
        A path, or `-` for standard input. The suffix tells the format, else the text does.
    text
        The document itself; `source` then only names it.

    Raises
    ------
    InputError
        If there is no such file, it cannot be read, is too large, or is not such a document.
    """
    name = "<stdin>" if source == "-" and text is None else os.fspath(source)
    if text is None:
        text = _read_stdin(name) if source == "-" else _read_file(Path(source), name)
    if len(text) > MAX_BYTES:
        raise _too_large(name)
    text = decode(text, name) if isinstance(text, bytes) else text.removeprefix("\ufeff")
    return parse(text, name, _FORMATS.get(Path(name).suffix.lower()))


def read_model(source: Source, model: type[M], *, text: str | bytes | None = None, context: Any = None) -> M:
    """A document as a model, strictly.

    Parameters
    ----------
    source
        As for `read_document`; or the data themselves, where dates and durations may be Python's own.
    model
        What it should be.
    text
        As for `read_document`.
    context
        Handed to the model's validators.

    Raises
    ------
    InputError
        With every problem in the document, located.
    """
    if isinstance(source, Mapping):
        name = f"<{model.__name__.lower()}>"
        try:
            data, positions = plain_data(source), Positions()
        except CaseProblems as error:
            raise InputError(error.problems, name) from None
    else:
        name = "<stdin>" if source == "-" and text is None else os.fspath(source)
        data, positions = read_document(source, text=text)
    try:
        return model.model_validate_json(json.dumps(data), strict=True, context=context)
    except ValidationError as error:
        raise InputError(explain(error, model, data, positions), name, positions.text) from None


def load_case(source: Source | Case) -> Case:
    """A case, read and checked.

    Parameters
    ----------
    source
        The name of a shipped case (which goes before a file of that name; write `./NAME` for the file), a path, `-` for
        standard input, the data of a case, or a case, which is given back as it is.

    Raises
    ------
    InputError
        If there is no such case, or with everything that is wrong in it.
    """
    from .case import Case

    if isinstance(source, Case):
        return source
    if isinstance(source, str) and _NAME.fullmatch(source):
        shipped = _shipped()
        if source in shipped:
            return read_model(f"{source}.yaml", Case, text=shipped[source].read_bytes())
    if isinstance(source, str | os.PathLike) and source != "-":
        _suggest_if_missing(source)
    return read_model(source, Case)


def load_plan(source: Source | Plan) -> Plan:
    """A plan, read and checked by itself; whether it obeys a case is for the checker to say.

    Parameters
    ----------
    source
        A path, `-` for standard input, the data of a plan, or a plan, which is given back as it is.

    Raises
    ------
    InputError
        If there is no such file, or with everything that is wrong in it.
    """
    from .plan import Plan

    return source if isinstance(source, Plan) else read_model(source, Plan)


def case_names() -> tuple[str, ...]:
    """Names of the shipped cases, in order."""
    return tuple(sorted(_shipped()))


def write_new(path: str | os.PathLike[str], text: str, force: bool = False) -> None:
    """Write a file as a whole or not at all.

    The text goes to a hidden file beside it first, so that nobody ever sees half of it. A symbolic link is followed; a
    file that is replaced keeps its permissions.

    Parameters
    ----------
    force
        Replace what stands there; otherwise a file that stands there is an error.

    Raises
    ------
    InputError
        If something stands there already, or the file cannot be written.
    """
    name, raw = os.fspath(path), text.encode()
    try:
        target = Path(os.path.realpath(path)) if force else Path(path)
        mode = _mode_to_keep(target, name, force)
        draft = target.with_name(f".crewreturn-{secrets.token_hex(6)}.tmp")
        try:
            _write_draft(draft, raw, mode)
            _publish(draft, target, force)
        finally:
            with suppress(OSError):
                draft.unlink()
    except FileExistsError:
        raise _error(name, "the file exists already", "Choose another name, or overwrite it with `force`.") from None
    except FileNotFoundError:
        raise _error(name, f"there is no folder {quote(str(Path(path).parent))}", "Create it first.") from None
    except (OSError, ValueError) as error:
        raise _error(name, f"cannot be written: {_reason(error)}") from None


def _mode_to_keep(target: Path, name: str, force: bool) -> int | None:
    """Permissions of the file that will be replaced, if any; refuses what must not be."""
    try:
        status = target.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise _error(name, "a folder, not a file", "Give the name of a file in it.")
    if not force:
        raise FileExistsError
    if not stat.S_ISREG(status.st_mode):
        raise _error(name, "not an ordinary file: it cannot be replaced", "Give another name.")
    return stat.S_IMODE(status.st_mode)


def _write_draft(draft: Path, raw: bytes, mode: int | None) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        draft.chmod(mode)


def _publish(draft: Path, target: Path, force: bool) -> None:
    """Give the finished draft its name; without `force` only if the name is free at that very moment."""
    if force:
        draft.replace(target)
        return
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without hard links: reserve the name, then fill it
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        try:
            draft.replace(target)
        except BaseException:
            target.unlink()
            raise


def _read_stdin(name: str) -> str | bytes:
    stream = getattr(sys.stdin, "buffer", sys.stdin)
    try:
        text: str | bytes = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError, AttributeError) as error:  # closed, or there is none
        raise _error(name, f"cannot be read: {_reason(error)}") from None
    return text


def _read_file(path: Path, name: str) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _error(name, "a folder, not a file", "Give a file in it.")
        if status.st_size > MAX_BYTES:
            raise _too_large(name, status.st_size)
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # a pipe or a device tells no size
    except FileNotFoundError:
        raise _error(name, "there is no such file", "Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        raise _error(name, f"cannot be read: {_reason(error)}") from None


def _shipped() -> dict[str, Traversable]:
    """The shipped cases: every `NAME.yaml` below `instances`, where NAME holds no dot."""
    found: dict[str, Traversable] = {}
    try:
        folders = [_instances()]
    except ModuleNotFoundError:
        return found
    while folders:
        for entry in folders.pop().iterdir():
            name, dot, suffix = entry.name.partition(".")
            if entry.is_dir() and not entry.name.startswith(("_", ".")):
                folders.append(entry)
            elif dot and suffix == "yaml" and name:
                if name in found:
                    raise CrewreturnError(f"two shipped cases are named {quote(name)}")
                found[name] = entry
    return found


def _instances() -> Traversable:
    return resources.files(f"{__name__.partition('.')[0]}.instances")


def _suggest_if_missing(source: str | os.PathLike[str]) -> None:
    """Refuse a source that is neither a file nor a shipped case, with the case that may be meant."""
    name = os.fspath(source)
    if os.path.lexists(name):
        return
    stem = Path(name).stem if Path(name).suffix in _FORMATS else Path(name).name
    names = case_names()
    advice = f"Did you mean {quote(stem)}?" if stem in names else did_you_mean(stem, names)
    if _NAME.fullmatch(name):
        raise _error(name, "there is no such file and no such shipped case", advice or "`crewreturn cases` lists them.")
    raise _error(name, "there is no such file", advice or "Check the name and the folder.")


def _too_large(name: str, size: int | None = None) -> InputError:
    how = "" if size is None else f" of {size:,} bytes"
    return _error(name, f"a file{how} is too large", f"At most {MAX_BYTES:,} bytes are read.")


def _error(name: str, message: str, advice: str | None = None) -> InputError:
    return InputError([Problem((), message, advice=advice)], name)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
