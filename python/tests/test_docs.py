"""What the page about pytest shows is what runs."""

from __future__ import annotations

import re

import pytest
from conftest import EXAMPLES

PAGE = (EXAMPLES.parent / "docs/pytest.md").read_text(encoding="utf-8")
PROJECT = EXAMPLES / "sklearn-regression"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_its_code_is_the_examples() -> None:
    shown, tests = blocks("python"), (PROJECT / "tests/test_score.py").read_text(encoding="utf-8")
    assert len(shown) == 4
    assert [block for block in shown if block not in tests] == []
    assert blocks("ini") == [(PROJECT / "pytest.ini").read_text(encoding="utf-8")]


def test_its_options_are_the_plugins(pytester: pytest.Pytester) -> None:
    told = pytester.runpytest("--help").stdout.str()
    pattern = r"--local-endpoint-[a-z]+|\blocal_endpoint_(?!factory\b)[a-z]+\b"
    known = set(re.findall(pattern, told))
    assert len(known) == 11
    assert set(re.findall(pattern, PAGE)) == known
