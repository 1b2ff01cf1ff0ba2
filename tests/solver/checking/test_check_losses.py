"""Losses, by hand."""

from math import exp

import pytest


def test_smoke(tiny):
    case = tiny.case()
    found = tiny.check(case, tiny.plan(*tiny.STAY))
    print(found.model_dump_json(indent=1))
    assert found.ok
