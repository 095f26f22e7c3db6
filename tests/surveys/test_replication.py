"""Replication packages: the scripts in them derive every signed figure again, and say which one does not fit."""

from __future__ import annotations

import ast
import csv
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveys import campaigns, responses
from surveys.db import Database
from surveys.documents import digest_of
from surveys.errors import SurveyError
from surveys.evaluations import EvaluationView, evaluate, find_evaluation
from surveys.exports.replication import Package, make_package, write_package
from surveys.exports.replication.expected import KEPT
from surveys.exports.replication.making import SCRIPTS
from surveys.models import Plan, School
from surveys.reports.registry import Content, issue, spaced
from surveys.responses import ImportedResponse
from tests import factories
from tests.conftest import sqlite_database
from tests.factories import NOW, SECRET, ZONE
from tests.surveys import reviewers
from tests.surveys.replicated import DIMENSIONS, SCORECARD, add_replicated, card, scored
from tests.surveys.test_exclusions import FAST, SLOW, add_people, decide
from tests.surveys.test_weights import surveyed

LATER = NOW + timedelta(hours=2)
QUOTA = SCORECARD["groups"]
RESPONDENT = {"threshold": 70, "minimum": 2}
CARDS: dict[str, dict[str, Any]] = {
    "default": card("x"),
    "means of dimensions that weigh": card("x", measure="mean", dimensions=DIMENSIONS, groups={"by": "equal"}),
    "items at once, against the roster": card("x", dimensions="none", denominator="roster", groups={"by": "pooled"}),
    "all answers, against papers given out": card("x", unit="answer", denominator="issued"),
    "all answers, nothing left out": card("x", unit="answer", dont_know="neutral", missing="zero", groups=QUOTA),
    "respondents": card("x", unit="respondent", respondent=RESPONDENT, measure="mean", groups={"by": "pooled"}),
    "respondents, against the roster": card("x", unit="respondent", respondent=RESPONDENT, denominator="roster"),
    "the overall question": card("x", unit="overall", groups={"by": "pooled"}, threshold=50, comparison=">"),
    "the overall question, against the roster": card("x", unit="overall", denominator="roster", decimals=1),
}
ON_SQLITE = pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)  # what no database changes
IN_R = ("default", "respondents, against the roster")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with sqlite_database(tmp_path_factory.mktemp("replicated")) as database:
        with database.begin() as session:
            add_replicated(session)
        yield database


@pytest.fixture
def opened(county: Database, tmp_path: Path) -> Callable[..., Path]:
    """The folder of a package of the county, unpacked."""

    def open_package(document: dict[str, Any], **more: Any) -> Path:
        with county.begin() as session:
            made = scored(session, document, **more)
        with county.read() as session:
            return packed(session, made, tmp_path)

    return open_package


@pytest.fixture(scope="module")
def rscript() -> str:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("Rscript is not installed")
    ask = "quit(status = !requireNamespace('survey', quietly = TRUE))"
    if subprocess.run([program, "-e", ask], capture_output=True, check=False).returncode:
        pytest.skip("R lacks the package survey")
    return program


def packed(session: Session, made: EvaluationView, folder: Path) -> Path:
    write_package(session, made=made, path=folder / "package.zip", now=LATER, zone=ZONE, secret=SECRET)
    return unpacked(folder / "package.zip")


def unpacked(path: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.parent)
        return path.parent / archive.namelist()[0].partition("/")[0]


def reproduce(folder: Path, status: int = 0) -> str:
    """What the script says, in a process that knows nothing of this program."""
    command = [sys.executable, "-I", "reproduce.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=60, env={"PYTHONUTF8": "1"})
    said = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == status, said[-3000:]
    return said


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def change(path: Path, place: Callable[[dict[str, str]], bool], column: str, value: str) -> None:
    """Write another value into the first row that is meant."""
    rows = rows_of(path)
    next(row for row in rows if place(row))[column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("name", CARDS)
def test_python_derives_every_figure_again(name: str, opened: Callable[..., Path]) -> None:
    folder = opened(CARDS[name])
    said = reproduce(folder)
    assert "All agree. 全部一致。" in said
    assert "模拟数据" in said
    assert f"{len(rows_of(folder / 'expected.csv'))} figures compared" in said
    assert len(rows_of(folder / "expected.csv")) > 150
    assert [row["code"] for row in rows_of(folder / "values.csv") if row["item"] == "exams"] == [""], "nobody was asked"


def test_without_weights_and_at_another_level(opened: Callable[..., Path]) -> None:
    folder = opened(CARDS["default"], weighting="none")
    assert {row["final_weight"] for row in rows_of(folder / "data.csv")} == {"1"}
    reproduce(folder)


@pytest.mark.parametrize("name", IN_R)
def test_r_derives_every_figure_again(name: str, opened: Callable[..., Path], rscript: str) -> None:
    folder = opened(CARDS[name])
    command = [rscript, "reproduce.R"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "All agree. 全部一致。" in done.stdout
    if name == IN_R[0]:
        change(folder / "data.csv", lambda row: row["teaching"] == "4", "teaching", "1")
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 1
        assert "composite: value differs" in done.stdout


def test_another_answer_is_found(opened: Callable[..., Path]) -> None:
    folder = opened(CARDS["default"])
    change(folder / "data.csv", lambda row: (row["group"], row["teaching"]) == ("2", "4"), "teaching", "1")
    said = reproduce(folder, status=1)
    assert "composite: value differs" in said
    assert "group parent: value differs" in said
    assert "item parent teaching: value differs" in said
    assert "group student: value differs" not in said
    assert "data.csv is not the file of the package" in said


def test_another_weight_is_found(opened: Callable[..., Path]) -> None:
    folder = opened(CARDS["default"])
    change(folder / "data.csv", lambda row: row["group"] == "1", "final_weight", "17.5")
    said = reproduce(folder, status=1)
    assert "1 final weights are not the product of their steps" in said
    assert "composite: se differs" in said


def test_another_cluster_changes_the_error_alone(opened: Callable[..., Path]) -> None:
    folder = opened(CARDS["default"])
    rows = rows_of(folder / "data.csv")
    first = rows[0]
    other = next(row["cluster"] for row in rows if row["variance_stratum"] == first["variance_stratum"]
                 and row["cluster"] != first["cluster"])  # fmt: skip
    change(folder / "data.csv", lambda row: True, "cluster", other)
    said = reproduce(folder, status=1)
    assert "composite: se differs" in said
    assert "composite: value differs" not in said


@pytest.mark.parametrize(
    ("name", "cut", "left"),
    [("values.csv", b"teaching", b"x"), ("data.csv", b"final_weight", b"x"), ("data.csv", b",0,0,", b"\n")],
)
def test_files_that_do_not_fit_are_said_to(name: str, cut: bytes, left: bytes, opened: Callable[..., Path]) -> None:
    folder = opened(CARDS["default"])
    path = folder / name
    path.write_bytes(path.read_bytes().replace(cut, left))
    said = reproduce(folder, status=1)
    assert "The files cannot be used" in said
    assert "Traceback" not in said


def test_the_script_runs_on_old_pythons_without_anything_else() -> None:
    tree = ast.parse((SCRIPTS / "reproduce.py").read_text("utf-8"), feature_version=(3, 9))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {each.partition(".")[0] for each in named} <= sys.stdlib_module_names


def test_expected_is_what_is_stored(opened: Callable[..., Path], county: Database) -> None:
    folder = opened(CARDS["default"])
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    with county.read() as session:
        made = find_evaluation(session, name="tiny", number=expected["about"]["evaluation"])
    assert made is not None
    assert expected["recipe"] == made.recipe
    assert set(KEPT) <= set(made.result)
    assert expected["result"] == {name: made.result[name] for name in KEPT}
    (line,) = (
        row for row in rows_of(folder / "expected.csv") if (row["figure"], row["quantity"]) == ("composite", "se")
    )
    assert float(line["value"]) == made.result["composite"]["se"]


def test_the_scorecard_is_the_published_one(opened: Callable[..., Path]) -> None:
    folder = opened(CARDS["default"])
    document = YAML(typ="safe", pure=True).load((folder / "scorecard.yaml").read_text("utf-8"))
    about = json.loads((folder / "expected.json").read_text("utf-8"))["about"]
    assert digest_of(document) == about["scorecard_digest"]
    assert about["scorecard_digest"] in (folder / "README.md").read_text("utf-8")


def test_every_file_has_its_digest_and_names_no_school(opened: Callable[..., Path], county: Database) -> None:
    folder = opened(CARDS["default"])
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert {path.name for path in folder.iterdir()} == {*sums, "SHA256SUMS"}
    with county.read() as session:
        schools = [(school.code, school.name) for school in session.scalars(select(School))]
    for name, digest in sums.items():
        content = (folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        assert not [name for code, name in schools if name.encode() in content or f'"{code}"'.encode() in content]


def test_the_same_package_has_the_same_bytes(county: Database, tmp_path: Path) -> None:
    with county.begin() as session:
        made = scored(session, CARDS["default"])
    found = []
    for name, later in (("one.zip", 0), ("two.zip", 30)):
        with county.read() as session:
            now = LATER + timedelta(days=later)
            write_package(session, made=made, path=tmp_path / name, now=now, zone=ZONE, secret=SECRET)
        found.append((tmp_path / name).read_bytes())
    assert found[0] == found[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.zip", "two.zip"], "nothing is left beside them"


def test_forms_that_a_rule_leaves_out_are_marked_and_do_not_count(session: Session, tmp_path: Path) -> None:
    campaign = factories.add_campaign(session)
    people = {("parent", "P01", 4, SLOW): 12, ("parent", "P01", 1, SLOW): 6, ("parent", "P01", 4, FAST): 6,
              ("parent", "J01", 4, SLOW): 20, ("parent", "P02", 1, SLOW): 10}  # fmt: skip
    add_people(session, campaign, people)
    decide(session)
    campaigns.close_campaign(session, name="tiny", now=NOW)
    folder = packed(session, evaluate(session, name="tiny", now=LATER), tmp_path)
    rows = rows_of(folder / "data.csv")
    steps = ("base_weight", "nonresponse_factor", "calibration_factor", "trimming_factor", "final_weight")
    for row in rows:
        assert {row[step] == "" for step in steps} == {row["excluded"] == "1"}
    assert sum(row["excluded"] == "1" for row in rows) == 6
    assert "48 forms counted, 6 left out" in reproduce(folder)


@ON_SQLITE
def test_weights_of_a_draw_and_people_whom_the_frame_counts_elsewhere(session: Session, tmp_path: Path) -> None:
    """The frame counts deputies for the county; those who answered at a school weigh as the others do."""
    campaign = surveyed(session)
    school = session.scalars(select(School.id).where(School.code == "P1")).one()
    (paper, *_) = campaigns.papers_of(session, campaign_id=campaign.id)
    rows = [
        ImportedResponse(
            str(number), "npc_deputy", school, paper.version_id, bytes([4, 4, 1]), "zh-CN", factories.TODAY
        )
        for number in range(3)
    ]
    responses.add_imported(session, campaign_id=campaign.id, rows=rows, secret=SECRET)
    campaigns.close_campaign(session, name="tiny", now=NOW)
    made = evaluate(session, name="tiny", now=LATER)
    assert made.recipe["weighting"] == "design"
    folder = packed(session, made, tmp_path)
    found = rows_of(folder / "data.csv")
    assert all(row["base_weight"] for row in found)
    assert sum(float(row["final_weight"]) for row in found if row["group"] == "5") == pytest.approx(40)
    assert len({row["calibration_factor"] for row in found}) > 2, "steps are those of the draw"
    reproduce(folder)
    session.execute(update(Plan).values(digest="f" * 64))
    with pytest.raises(SurveyError, match=r"study\.data_changed"):
        packed(session, made, tmp_path)


def made_package(session: Session, folder: Path, **more: Any) -> Package:
    wanted: dict[str, Any] = {"name": "tiny", "path": folder / "package.zip", "now": reviewers.LATER, "zone": ZONE}
    return make_package(session, **(wanted | {"secret": SECRET} | more))


def test_it_is_the_signed_score_and_says_by_which_stage_and_in_which_report(session: Session, tmp_path: Path) -> None:
    campaign = reviewers.add_reviewed(session)
    assert not made_package(session, tmp_path).signed
    assert "这是草案" in (unpacked(tmp_path / "package.zip") / "README.md").read_text("utf-8")
    (signature,) = reviewers.signs(session, "county").signatures
    contents = [Content(1, "county", None, "zh-CN", "a" * 64), Content(1, "school", "P01", "zh-CN", "b" * 64)]
    where = {"campaign_id": campaign.id, "now": reviewers.LATER, "by": "county", "draw": factories.drawer()}
    county, school = issue(session, contents=contents, **where)
    made = made_package(session, tmp_path)
    assert (made.signed, made.evaluation) == (True, 1)
    assert made.facts["digest"] == hashlib.sha256((tmp_path / "package.zip").read_bytes()).hexdigest()
    folder = unpacked(tmp_path / "package.zip")
    text = (folder / "README.md").read_text("utf-8")
    assert f"县级已签署，2026-05-15；所签内容的摘要 `{signature.digest}`" in text
    assert f"signed by the county on 2026-05-15; digest of what was signed `{signature.digest}`" in text
    assert spaced(county.serial) in text
    assert spaced(school.serial) not in text
    assert text.startswith("> **模拟数据")
    assert "{" not in text
    assert "signed: county 2026-05-15" in reproduce(folder)


@ON_SQLITE
def test_a_county_where_all_say_the_same(session: Session, tmp_path: Path) -> None:
    """Three schools, each alone in its stratum; everybody content: no error, and limits that are exact."""
    campaign = factories.add_campaign(session)
    add_people(session, campaign, {("parent", code, 4, SLOW): 9 for code in ("P01", "P02", "J01")})
    campaigns.close_campaign(session, name="tiny", now=NOW)
    made = evaluate(session, name="tiny", now=LATER)
    assert (made.result["composite"]["value"], made.result["composite"]["interval"]) == (100, "exact")
    reproduce(packed(session, made, tmp_path))


@ON_SQLITE
def test_one_school_alone_has_no_error(session: Session, tmp_path: Path) -> None:
    campaign = factories.add_campaign(session)
    add_people(session, campaign, {("parent", "P01", 4, SLOW): 9, ("parent", "P01", 1, SLOW): 3})
    campaigns.close_campaign(session, name="tiny", now=NOW)
    made = evaluate(session, name="tiny", now=LATER)
    assert made.result["composite"]["se"] is None
    folder = packed(session, made, tmp_path)
    assert "| 标准误 | — |" in (folder / "README.md").read_text("utf-8")
    reproduce(folder)


@ON_SQLITE
def test_only_closed_campaigns_and_scores_that_count(session: Session, tmp_path: Path) -> None:
    def refused(**more: Any) -> str:
        with pytest.raises(SurveyError) as error:
            made_package(session, tmp_path, **more)
        assert list(tmp_path.iterdir()) == []
        return error.value.code

    assert refused() == "campaign.unknown"
    campaign = factories.add_campaign(session)
    add_people(session, campaign, {("parent", "P01", 4, SLOW): 12, ("parent", "P02", 1, SLOW): 12})
    evaluate(session, name="tiny", now=NOW)
    assert refused() == "export.not_closed"
    campaigns.close_campaign(session, name="tiny", now=NOW)
    assert refused() == "score.not_yet"
    made = evaluate(session, name="tiny", now=LATER)
    assert refused(number=made.number + 1) == "score.no_such"
    add_people(session, campaign, {("parent", "J01", 4, SLOW): 2})
    assert refused() == "study.data_changed"
