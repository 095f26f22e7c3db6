"""Names of accounts: people must be able to read them and to type them again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys import accounts, regions
from surveys.errors import SurveyError
from tests import factories

WANTED: dict[str, Any] = {"password": "hash", "role": "officer", "region": "demo", "now": factories.NOW}


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    regions.add_region(session, code="demo", name="示例县", level="county", parent=None)


@pytest.mark.parametrize(
    "name", ["", " ", " wang", "wang ", "wang\n", "a\tb", "a\x00b", "a\u202eb", "\u200b", "x" * 65]
)
def test_a_name_that_cannot_be_typed_again(session: Session, name: str) -> None:
    with pytest.raises(SurveyError) as refused:
        accounts.add_account(session, name=name, **WANTED)
    assert [problem.code for problem in refused.value.problems] == ["account.name"]


@pytest.mark.parametrize("name", ["王", "li.ming-2", "王 小明", "x" * 64])
def test_a_name_that_can(session: Session, name: str) -> None:
    assert accounts.add_account(session, name=name, **WANTED).name == name


@pytest.mark.parametrize("residents", [-1, 2_000_000_001, 10**30])
def test_residents_that_nowhere_has(session: Session, residents: int) -> None:
    with pytest.raises(SurveyError) as refused:
        regions.add_region(session, code="huge", name="大县", level="county", parent=None, residents=residents)
    assert [problem.code for problem in refused.value.problems] == ["region.residents"]
