"""Where commands run."""

import pytest


@pytest.fixture
def folder(request, tmp_path, monkeypatch):
    """A folder of its own with the test module's `CASE` as pod.yaml and its `PLAN` as plan.yaml, and gone to."""
    (tmp_path / "pod.yaml").write_text(request.module.CASE, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(request.module.PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
