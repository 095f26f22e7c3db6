"""`flask campaign stir` and `flask campaign seal`, as an officer meets them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.edge import Renke
from surveys import models
from tests.app.test_respond import Fieldwork, prepare
from tests.app.visits import Visit


@pytest.fixture
def fieldwork(app: Renke) -> Fieldwork:
    fieldwork = prepare(app.database)
    assert Visit(app.test_client()).answer(fieldwork.slip).status == 200
    return fieldwork


def run(app: Renke, *words: str, status: int = 0, typed: str | None = None) -> str:
    done = app.test_cli_runner().invoke(args=list(words), input=typed)
    assert done.exit_code == status, done.output
    return done.output


def test_stirring_forgets_nothing(app: Renke, fieldwork: Fieldwork) -> None:
    assert "两本账已重新排列：tiny" in run(app, "campaign", "stir", "tiny")
    assert (fieldwork.used(), len(fieldwork.stored())) == (1, 1)


def test_an_open_campaign_is_not_sealed(app: Renke, fieldwork: Fieldwork) -> None:
    assert "还没有结束，不能封存" in run(app, "campaign", "seal", "tiny", "--yes", status=1)
    assert fieldwork.used() == 1


def test_sealing_asks_first(app: Renke, fieldwork: Fieldwork) -> None:
    run(app, "campaign", "close", "tiny")
    run(app, "campaign", "seal", "tiny", status=1, typed="n\n")
    assert fieldwork.used() == 1
    assert "已封存：tiny" in run(app, "campaign", "seal", "tiny", typed="y\n")
    assert (fieldwork.used(), len(fieldwork.stored())) == (0, 1)
    assert "1" in run(app, "campaign", "show", "tiny"), "the number of answers stays"
    assert Visit(app.test_client()).get(f"/r/{fieldwork.slip}").status == 410
    assert "已经封存" in run(app, "codes", "issue", "tiny", status=1)


def test_the_files_are_written_anew(app: Renke, fieldwork: Fieldwork) -> None:
    """What was deleted is gone from the file too, not only from the tables."""
    with app.database.read() as session:
        before = session.scalars(select(models.Response.id)).one()
    run(app, "campaign", "close", "tiny")
    run(app, "campaign", "seal", "tiny", "--yes")
    if app.database.engine.dialect.name == "sqlite":
        file = Path(str(app.database.engine.url.database))
        log = file.with_name(f"{file.name}-wal")
        assert before not in file.read_bytes()
        assert not log.exists() or before not in log.read_bytes()


def test_no_such_campaign(app: Renke) -> None:
    for verb in (["stir"], ["seal", "--yes"]):
        run(app, "campaign", verb[0], "none", *verb[1:], status=1)
