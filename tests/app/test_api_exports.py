"""Files by the API: the dictionary, results and answers; made once, resumed, and only for whom they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.edge import Renke
from app.exports import Ordered, make_now
from surveys import trail
from surveys.campaigns import get_campaign
from tests.app.programs import Program, api_over, furnish, make_token, problem_of
from tests.conftest import sqlite_database

MICRODATA, RESULTS = "campaigns/newer/exports/microdata", "campaigns/newer/exports/results"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Renke]:
    home = tmp_path_factory.mktemp("furnished")
    with sqlite_database(home, sqlite_template) as database:
        furnish(database)
    with api_over(tmp_path_factory.mktemp("files"), home / "renke.db") as app:
        yield app


@pytest.fixture(scope="module")
def analyst(app: Renke) -> Program:
    return Program(app, make_token(app, "analyst"))


def test_the_dictionary_names_the_columns_of_the_file(analyst: Program) -> None:
    dictionary = analyst.read("campaigns/newer/exports/dictionary")
    assert {each["name"] for each in dictionary["variables"]} >= {"teaching", "homework", "overall"}
    codebook = analyst.read("campaigns/newer/exports/codebook")
    assert codebook["variables"] == dictionary["variables"]
    assert codebook["study"]["id"] == "newer"


def test_results_are_a_file_with_every_figure(analyst: Program) -> None:
    answer = analyst.get(f"{RESULTS}/csv-plain?language=en")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode())))
    assert len(rows) == len(analyst.read_all("campaigns/newer/evaluations/1/figures", 200))
    assert "newer-results-1-simulated.csv" in answer.headers["Content-Disposition"]


def test_a_file_that_broke_off_goes_on(analyst: Program) -> None:
    whole = analyst.get(f"{RESULTS}/csv")
    half = len(whole.data) // 2
    rest = analyst.get(f"{RESULTS}/csv", Range=f"bytes={half}-", If_Range=whole.headers["ETag"])
    assert (rest.status_code, whole.data[:half] + rest.data) == (206, whole.data)
    assert rest.headers["Content-Range"] == f"bytes {half}-{len(whole.data) - 1}/{len(whole.data)}"
    assert analyst.get(f"{RESULTS}/csv", If_None_Match=whole.headers["ETag"]).status_code == 304
    beyond = analyst.get(f"{RESULTS}/csv", Range=f"bytes={len(whole.data)}-")
    assert (beyond.status_code, problem_of(beyond)["code"]) == (416, "api.range")
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.data)}"


@pytest.mark.parametrize(
    "ignored", ["lines=1-2", "bytes=5-2", "bytes=x", "bytes", "bytes=0-1,4-5", "bytes=-999999999", "bytes=--1", "\xff"]
)
def test_what_is_not_one_range_of_bytes_gives_the_whole(analyst: Program, ignored: str) -> None:
    whole = analyst.get(f"{RESULTS}/csv")
    answer = analyst.get(f"{RESULTS}/csv", Range=ignored)
    assert (answer.status_code, answer.data) == (200, whole.data)
    assert "Content-Range" not in answer.headers


def test_the_head_of_a_file_is_that_of_the_whole(analyst: Program) -> None:
    answer = analyst.get(f"{RESULTS}/csv", method="HEAD", Range="bytes=1-2")
    assert (answer.status_code, answer.headers["Accept-Ranges"]) == (200, "bytes")


def test_a_text_says_once_how_it_is_encoded(analyst: Program) -> None:
    for format in ("csv", "csv-plain"):
        assert analyst.get(f"{RESULTS}/{format}").headers["Content-Type"] == "text/csv; charset=utf-8"


def test_answers_are_made_first_and_then_given(app: Renke, analyst: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Ordered] = []
    monkeypatch.setattr("app.api.exports.begin", begun.append)
    waiting = analyst.get(f"{MICRODATA}/csv-plain")
    assert (waiting.status_code, waiting.json) == (202, {"state": "underway", "done": 0, "rows": 0})
    assert waiting.headers["Retry-After"] == "3"
    with app.api.app_context():
        make_now(begun[0])
    answer = analyst.get(f"{MICRODATA}/csv-plain")
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode())))
    assert len(rows) == analyst.read("campaigns/newer/progress")["total"]["completed"]
    assert {"teaching", "overall"} <= set(rows[0])
    with app.database.read() as session:
        campaign = get_campaign(session, name="newer", now=app.clock())
        told = [each for each in trail.list_deeds(session, campaign_id=campaign.id) if "token" in each.facts]
    assert {(each.action, each.facts.get("what")) for each in told} >= {
        ("data.ordered", None), (trail.TAKEN, "api_microdata"), (trail.TAKEN, "api_results"),
    }  # fmt: skip


def test_answers_are_for_analysts_only(app: Renke) -> None:
    for name in ("officer", "admin", "auditor"):
        found = Program(app, make_token(app, name)).refused(f"{MICRODATA}/csv")
        assert found["code"] == "api.token.role"
        assert Program(app, make_token(app, name)).get(f"{RESULTS}/csv").status_code == 200
    lesser = Program(app, make_token(app, "analyst", scopes=["results:read", "instruments:read"]))
    assert lesser.refused(f"{MICRODATA}/csv")["code"] == "api.token.scope"


def test_an_open_campaign_gives_no_answers(analyst: Program) -> None:
    found = analyst.refused("campaigns/running/exports/microdata/csv")
    assert (found["status"], found["code"]) == (409, "export.not_closed")


@pytest.mark.parametrize("wrong", ["/docx", "/csv%00", "/CSV", "/"])
def test_formats_that_there_are_not(analyst: Program, wrong: str) -> None:
    assert analyst.refused(f"{RESULTS}{wrong}")["code"] == "api.address"


def test_options_that_there_are_not(analyst: Program) -> None:
    found = analyst.refused(f"{MICRODATA}/csv?language=fr&replicates=7&evaluation=0&x=1")
    assert {each["name"] for each in found["errors"]} == {"language", "replicates", "evaluation", "x"}


def test_a_file_is_given_to_whoever_takes_its_kind(analyst: Program) -> None:
    assert analyst.get(f"{RESULTS}/csv", Accept="text/csv").status_code == 200
    assert analyst.refused(f"{RESULTS}/csv", Accept="image/png")["code"] == "api.accept"
