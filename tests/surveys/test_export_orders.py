"""What may be exported, what an order may ask for, and the shelf: one process makes a file; the kernel knows which."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from analysis.design import Design
from analysis.estimation import estimate, mean
from surveys.campaigns import get_campaign
from surveys.db import Database
from surveys.errors import SurveyError
from surveys.evaluations import find_evaluation
from surveys.exports import Failed, Kept, Shelf, Underway, find_beside, key_of, load_extract, read_order
from surveys.exports.microdata import load_forms
from surveys.exports.variables import design_variables
from tests import factories
from tests.architecture.source import ROOT
from tests.conftest import sqlite_database
from tests.factories import NOW
from tests.surveys.exported import ORDER, SECRET, add_exported, microdata
from tests.surveys.studied import SCHOOLS

KEY = "0" * 32
WHAT = ("microdata", "results", "package")
COLUMNS = (("variance_stratum", np.int64), ("cluster", np.int64), ("final_weight", float))


def test_an_open_campaign_has_no_microdata(session: Session) -> None:
    factories.add_campaign(session)
    with pytest.raises(SurveyError) as refused:
        load_forms(session, name="tiny", now=NOW)
    assert (refused.value.code, refused.value.kind) == ("export.not_closed", "conflict")


def test_nothing_answered_is_nothing_to_export(session: Session) -> None:
    factories.add_campaign(session, closes=(NOW - timedelta(hours=1)).isoformat())
    with pytest.raises(SurveyError) as refused:
        load_forms(session, name="tiny", now=NOW)
    assert refused.value.code == "export.empty"


def test_the_evaluation_must_be_of_these_answers(session: Session) -> None:
    add_exported(session)
    with pytest.raises(SurveyError) as refused:
        load_forms(session, name="newer", now=NOW, number=2)
    assert refused.value.code == "study.no_evaluation"
    assert load_forms(session, name="newer", now=NOW, number=1).evaluation is not None


def test_the_file_is_the_same_on_both_databases(session: Session) -> None:
    """The numbers are what SQLite gave when they were looked at, and PostgreSQL gives them as well."""
    add_exported(session)
    extract = microdata(session)
    columns = extract.read(0, extract.rows)
    made = find_evaluation(session, name="newer")
    assert made is not None
    assert extract.rows == made.responses
    assert float(columns["final_weight"].sum()) == pytest.approx(12 * 160 + 60, rel=1e-12)
    order = np.lexsort([columns["cluster"], columns["group"], columns["paper"]])
    assert order.tolist() == list(range(extract.rows)), "forms lie in the order of the numbers of schools"
    in_parts = [np.concatenate([part[name] for part in extract.stretches(97)]) for name in columns]
    for name, column in zip(columns, in_parts, strict=True):
        np.testing.assert_array_equal(column, columns[name], err_msg=name)


def test_a_merged_stratum_is_called_by_all_that_are_in_it() -> None:
    strata = ["county.parent", "rural.teaching_point", "town.junior", "unplaced"]
    (found,) = [each for each in design_variables([], strata, [0, 1, 1, 3]) if each.name == "variance_stratum"]
    assert [(value.code, value.label["zh-CN"]) for value in found.values] == [
        (1, "全县·家长"),
        (2, "乡村·教学点 + 镇区·初中"),
        (4, "不在抽样框内的学校"),
    ]


def test_schools_are_numbers_that_only_the_secret_orders(session: Session) -> None:
    add_exported(session)
    one, same, other = (microdata(session, secret=secret) for secret in (SECRET, SECRET, b"another"))
    sizes = [np.bincount(each.read(0, each.rows)["cluster"])[1 : len(SCHOOLS) + 1].tolist() for each in (one, same)]
    assert sizes[0] == sizes[1]
    assert all(size == 68 for size in sizes[0])
    weights = [each.read(0, each.rows)["stratum"].tolist() for each in (one, other)]
    assert weights[0] != weights[1]
    assert sorted(weights[0]) == sorted(weights[1])
    plain = json.dumps(dict(one.facts))
    assert not any(code in plain for code in SCHOOLS)


def test_replicate_weights_vary_by_cluster_and_sum_about_to_the_population(session: Session) -> None:
    add_exported(session)
    extract = microdata(session, replicates=200)
    columns = extract.read(0, extract.rows)
    weights = np.column_stack([columns[f"rw{place:04d}"] for place in range(1, 201)])
    assert weights.mean(axis=0).sum() == pytest.approx(columns["final_weight"].mean() * 200, rel=0.05)
    satisfied = (columns["overall"] >= 3) * 1.0
    shares = weights.T @ satisfied / weights.sum(axis=0)
    design = Design(*(columns[name].astype(kind) for name, kind in COLUMNS))
    linearised = estimate(design, mean(design, satisfied[:, None]), level=0.95).se[0]
    assert float(shares.std()) == pytest.approx(float(linearised), rel=0.2)


@pytest.mark.parametrize("replicates", [1, -1, 1001])
def test_as_many_replicates_as_can_be_had(session: Session, replicates: int) -> None:
    add_exported(session)
    with pytest.raises(SurveyError) as refused:
        microdata(session, replicates=replicates)
    assert [each.field for each in refused.value.problems] == ["replicates"]


def test_everything_wrong_with_an_order_is_said_at_once() -> None:
    wanted: dict[str, Any] = {"campaign": "newer", "evaluation": 1}
    with pytest.raises(SurveyError) as refused:
        read_order(**wanted, what="answers", format="docx\x00", language="fr\ud800", replicates="１２")
    assert [each.field for each in refused.value.problems] == ["what", "format", "language", "replicates"]
    assert "\x00" not in (refused.value.problems[1].value or "")
    good = read_order(**wanted, what="microdata", format="sav", language="en", replicates="200")
    assert good.replicates == 200
    package = read_order(**wanted, what="package", format="zip", language="zh-CN", replicates="0")
    assert package.format == "zip"
    for bad in ("1", "1001", "-2", "2.0", "", "99999999999"):
        with pytest.raises(SurveyError):
            read_order(**wanted, what="microdata", format="sav", language="en", replicates=bad)
    with pytest.raises(SurveyError):
        read_order(**wanted, what="results", format="sav", language="en", replicates="200")


def test_the_key_is_of_all_that_the_file_follows_from(session: Session) -> None:
    add_exported(session)
    made = find_evaluation(session, name="newer")
    assert made is not None
    keys = {
        key_of(ORDER, made, beside={"rule": "a@1"}),
        key_of(replace(ORDER, format="sav"), made, beside={"rule": "a@1"}),
        key_of(replace(ORDER, language="en"), made, beside={"rule": "a@1"}),
        key_of(replace(ORDER, replicates=2), made, beside={"rule": "a@1"}),
        key_of(replace(ORDER, what="results"), made, beside={"rule": "a@1"}),
        key_of(replace(ORDER, what="results"), made, beside={"rule": "a@2"}),
        key_of(ORDER, replace(made, recipe={**made.recipe, "forms_digest": "0"}), beside={"rule": "a@1"}),
    }
    assert len(keys) == 7
    campaign = get_campaign(session, name="newer", now=NOW)
    beside = [find_beside(session, order=replace(ORDER, what=what), campaign=campaign, rule="a@1") for what in WHAT]
    assert beside == [{}, {"rule": "a@1"}, {"signed": [], "issued": []}]


# The shelf


def test_one_process_makes_a_file(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "exports")
    assert shelf.find(KEY) is None
    lock = shelf.claim(KEY)
    assert lock is not None
    with lock:
        assert shelf.claim(KEY) is None
        assert shelf.find(KEY) == Underway(0, 0)
        shelf.tell(KEY, done=3, rows=9)
        assert shelf.find(KEY) == Underway(3, 9)
    assert shelf.find(KEY) is None, "whoever made it has gone"
    assert (tmp_path / "exports").stat().st_mode & 0o077 == 0


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)

    def half(path: Path) -> int:
        path.write_text("half")
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - the writer's own
        shelf.put(KEY, suffix="csv", write=half)
    assert list(tmp_path.iterdir()) == []
    kept = shelf.put(KEY, suffix="csv", write=lambda path: path.write_bytes(b"abc"))
    assert shelf.find(KEY) == kept
    assert kept.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert kept.path.stat().st_mode & 0o077 == 0


def test_why_a_file_was_not_made_is_kept_until_somebody_tries_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.fail(KEY, code="export.too_large", params={"rows": 2, "most": 1})
    assert shelf.find(KEY) == Failed("export.too_large", {"rows": 2, "most": 1})
    lock = shelf.claim(KEY)
    assert lock is not None
    with lock:
        assert shelf.find(KEY) == Underway(0, 0)


def test_what_is_a_week_old_is_taken_away(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(KEY, suffix="csv", write=lambda path: path.write_bytes(b"abc"))
    now = NOW.fromtimestamp((tmp_path / f"{KEY}.csv").stat().st_mtime, NOW.tzinfo)
    shelf.clear(now=now + timedelta(days=6))
    assert isinstance(shelf.find(KEY), Kept)
    shelf.clear(now=now + timedelta(days=8))
    assert shelf.find(KEY) is None
    assert list(tmp_path.glob("*.csv")) == []


# A process of its own


def task(database: Database, folder: Path, **changes: Any) -> dict[str, Any]:
    return {
        "database": database.address, "secret": SECRET.hex(), "folder": str(folder), "now": NOW.isoformat(),
        "key": KEY, "order": asdict(ORDER) | changes,
    }  # fmt: skip


def run(given: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "surveys.exports"], input=json.dumps(given), cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


def test_a_process_makes_the_file_or_leaves_why_not(tmp_path: Path, sqlite_template: Path) -> None:
    with sqlite_database(tmp_path, sqlite_template) as database:
        with database.begin() as session:
            add_exported(session)
        shelf = Shelf(tmp_path / "exports")
        assert run(task(database, shelf.folder)).returncode == 0
        kept = shelf.find(KEY)
        assert isinstance(kept, Kept)
        with database.read() as session:
            extract = load_extract(session, order=ORDER, now=NOW, secret=SECRET)
        assert kept.rows == extract.rows == kept.path.read_bytes().count(b"\n") - 1
        kept.path.unlink()
        assert run(task(database, shelf.folder, evaluation=7)).returncode == 1
        assert shelf.find(KEY) == Failed("study.no_evaluation", {"number": 7})
