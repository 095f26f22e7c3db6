"""`flask responses count` and `flask score --preview`, as an officer meets them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app.edge import Renke
from tests.app.conftest import Clock
from tests.app.desk import add_people, answer

ANSWERS = {("parent", "P01"): (24, 6), ("parent", "P02"): (5, 3), ("teacher", "J01"): (10, 1)}


@pytest.fixture
def answered(app: Renke) -> Renke:
    add_people(app)
    answer(app, ANSWERS)
    return app


def run(app: Renke, *words: str, status: int = 0) -> str:
    done = app.test_cli_runner().invoke(args=list(words))
    assert done.exit_code == status, done.output
    return done.output


def test_answers_of_today_wait_for_tomorrow(answered: Renke, clock: Clock) -> None:
    today = run(answered, "responses", "count", "tiny")
    assert "已统计 0 份答卷" in today
    assert "另有 49 份是今天收到的" in today
    clock.now += timedelta(days=1)
    assert run(answered, "responses", "count", "tiny") == "已统计 49 份答卷。\n"


def test_a_preview_shows_what_the_score_shows(answered: Renke, clock: Clock) -> None:
    clock.now += timedelta(days=1)
    run(answered, "responses", "count", "tiny")
    seen, made = run(answered, "score", "tiny", "--preview"), run(answered, "score", "tiny")
    assert "【预览】" in seen
    assert "49 份答卷（现有 49 份）" in seen
    lines = [line for line in made.splitlines() if "综合得分" in line or "家长" in line]
    assert len(lines) > 1
    assert set(lines) <= set(seen.splitlines())
    preview, whole = (json.loads(run(answered, "score", "tiny", "--json", *more)) for more in (["--preview"], []))
    assert preview["composite"]["value"] == pytest.approx(whole["composite"]["value"], rel=1e-12)
    assert (preview["preview"], preview["stale"], preview["counted_before"]) == (True, False, "2026-05-13")


def test_a_preview_needs_counts(answered: Renke) -> None:
    assert "flask responses count" in run(answered, "score", "tiny", "--preview", status=1)


def test_no_such_campaign(answered: Renke) -> None:
    run(answered, "responses", "count", "none", status=1)
