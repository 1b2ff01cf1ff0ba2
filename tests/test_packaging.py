"""What is installed is what is here, and what need not be loaded is not."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
FOLDERS = [f for f in ROOT.iterdir() if (f / "__init__.py").is_file() and not f.name.startswith(".")]

LOADED = "print('loaded:', *sorted({'ortools', 'pandas', 'matplotlib'} & set(sys.modules)), file=sys.stderr)"
RUN = f"""
import sys
from crewreturn.cli import main
sys.argv[0] = "crewreturn"
try:
    main()
finally:
    {LOADED}
"""


def test_every_sub_package_is_listed():
    """A sub-package that is not listed works in an editable install and is missing from the wheel."""
    inside = [path.parent.relative_to(ROOT) for folder in FOLDERS for path in folder.rglob("__init__.py")]
    names = [".".join(("crewreturn", *path.parts)) for path in (Path(), *inside)]
    assert sorted(SETUPTOOLS["packages"]) == sorted(names)


def test_every_data_file_is_listed():
    """Case files, schemas and templates are found by the patterns under which they are installed."""
    listed = {
        file
        for package, patterns in SETUPTOOLS["package-data"].items()
        for pattern in patterns
        for file in ROOT.joinpath(*package.split(".")[1:]).glob(pattern)
        if file.is_file()
    }
    data = {
        file
        for folder in FOLDERS
        for file in folder.rglob("*")
        if file.is_file() and file.suffix not in {".py", ".pyc", ".md"}
    }
    assert ROOT / "py.typed" in listed
    assert sorted(map(str, data - listed)) == []


def python(code: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter of its own, from another folder."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "module", ["crewreturn", "crewreturn.cli", "crewreturn.models", "crewreturn.report", "crewreturn.solver.check"]
)
def test_import_is_light(module, tmp_path):
    """Loading the solver takes a second: whoever only reads a case or checks a plan does not pay it."""
    run = python(f"import sys, {module}; {LOADED}", cwd=tmp_path)
    assert run.stderr == "loaded:\n"


@pytest.mark.parametrize("arguments", [["--help"], ["cases"], ["schema"], ["validate", "soyuz-ms22"]], ids=" ".join)
def test_command_line_is_light(arguments, tmp_path):
    """Help, lists and checks of the input answer without the solver."""
    run = python(RUN, *arguments, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stdout
    assert run.stderr.splitlines()[-1] == "loaded:"


def test_help_loads_neither_models_nor_solver():
    """`crewreturn --help` answers at once: what takes long to load waits until it is asked for.

    Time itself is not measured here. pydantic carries the models, yaml the reader, numpy and ortools the solver.
    """
    code = "import sys, crewreturn.cli; print(sorted({'pydantic', 'yaml', 'numpy', 'ortools'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
