"""Every format, opened again by another library than the one that wrote it; by PSPP and R where they are installed."""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import polars
import pyreadstat
import pytest
from sqlalchemy.orm import Session

from surveys.errors import SurveyError
from surveys.exports.dictionary import describe_versions
from surveys.exports.extract import Column, Extract
from surveys.exports.files import FORMATS
from surveys.exports.files.workbook import MOST_ROWS
from surveys.exports.model import Dictionary, Variable
from surveys.exports.results import make_results
from surveys.publication import get_publication
from tests.conftest import sqlite_database
from tests.factories import both
from tests.surveys.codebooks import one_question
from tests.surveys.exported import FORMULA, LONG, NOW, add_exported, microdata


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with sqlite_database(tmp_path_factory.mktemp("exported")) as database:
        with database.begin() as session:
            add_exported(session)
        with database.read() as session:
            yield session


@pytest.fixture(scope="module")
def extract(exported: Session) -> Extract:
    return microdata(exported, replicates=2)


@pytest.fixture(scope="module")
def whole(extract: Extract) -> Mapping[str, Column]:
    return extract.read(0, extract.rows)


def written(extract: Extract, format: str, folder: Path, language: str = "zh-CN") -> Path:
    """The file; what is told of progress is all of its rows."""
    told: list[int] = []
    path = folder / f"data.{FORMATS[format].suffix}"
    FORMATS[format].write(extract, path, language, told.append)
    assert sum(told) == extract.rows
    return path


def assert_same(found: Any, whole: Mapping[str, Column]) -> None:
    """Column by column, to the sixteenth digit, which is the last that XLSX keeps; what is empty is NaN."""
    for name, column in whole.items():
        values = np.array([math.nan if cell in (None, "") else float(cell) for cell in found[name]])
        np.testing.assert_allclose(values, column.astype(float), rtol=4e-16, err_msg=name)


def test_csv_with_the_mark_of_excel_and_without(extract: Extract, whole: Mapping[str, Column], tmp_path: Path) -> None:
    marked, plain = (written(extract, format, tmp_path).read_bytes() for format in ("csv", "csv-plain"))
    assert marked == b"\xef\xbb\xbf" + plain
    rows = list(csv.DictReader(plain.decode().splitlines()))
    assert list(rows[0]) == [each.name for each in extract.variables]
    assert_same({name: [row[name] for row in rows] for name in whole}, whole)


def test_xlsx(extract: Extract, whole: Mapping[str, Column], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(extract, "xlsx", tmp_path))
    assert book.sheetnames == ["数据", "变量", "选项", "说明"]
    head, *rows = book["数据"].iter_rows(values_only=True)
    assert_same({name: [row[place] for row in rows] for place, name in enumerate(head)}, whole)
    meanings = {(name, code): label for name, code, label, *_ in book["选项"].iter_rows(values_only=True)}
    assert meanings["group_q", 1] == FORMULA
    assert meanings["overall", -9] == "未作答"
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}, "a cell is a formula"


def test_spss(extract: Extract, whole: Mapping[str, Column], tmp_path: Path) -> None:
    path = written(extract, "sav", tmp_path)
    frame, about = pyreadstat.read_sav(path, user_missing=True)
    assert_same(frame, whole)
    assert about.variable_value_labels["overall"] == {
        4: "非常满意", 3: "满意", 2: "基本满意", 1: "不满意", 9: "不了解", -9: "未作答", -8: "本卷未问",
    }  # fmt: skip
    assert about.column_names_to_labels["teaching"] == LONG[:85], "cut between two signs"
    assert about.missing_ranges["overall"] == [{"lo": -9, "hi": -9}, {"lo": -8, "hi": -8}]
    assert about.variable_measure["overall"] == "ordinal"
    assert about.variable_value_labels["group_q"][1] == FORMULA


def test_spss_is_read_by_pspp(extract: Extract, whole: Mapping[str, Column], tmp_path: Path) -> None:
    program = shutil.which("pspp-convert")
    if program is None:
        pytest.skip("PSPP is not installed")
    path = written(extract, "sav", tmp_path)
    subprocess.run([program, str(path), str(tmp_path / "again.csv")], check=True, timeout=60)
    rows = list(csv.DictReader((tmp_path / "again.csv").read_text("utf-8").splitlines()))
    assert [row["cluster"] for row in rows] == [str(value) for value in whole["cluster"].tolist()]
    assert [row["overall"] for row in rows] == [str(value) for value in whole["overall"].tolist()]


def test_stata(extract: Extract, whole: Mapping[str, Column], tmp_path: Path) -> None:
    """By the reader of pandas, which is not the writer's."""
    with pd.read_stata(written(extract, "dta", tmp_path), iterator=True, convert_categoricals=False) as reader:
        frame = reader.read()
        labels, meanings = reader.variable_labels(), reader.value_labels()
    assert_same(frame, whole)
    assert labels["teaching"] == LONG[:80]
    assert labels["cluster"].startswith("群（学校的随机编号")
    assert any(each.get(-9) == "未作答" and each.get(4) == "非常满意" for each in meanings.values())


def test_parquet(extract: Extract, whole: Mapping[str, Column], tmp_path: Path) -> None:
    path = written(extract, "parquet", tmp_path)
    frame = polars.read_parquet(path)
    assert_same({name: frame[name].to_list() for name in whole}, whole)
    assert frame.schema["overall"] == polars.Int16
    metadata = polars.read_parquet_metadata(path)
    kept = {each["name"]: each for each in json.loads(metadata["renke.dictionary"])["variables"]}
    assert kept["overall"]["values"][0]["label"]["zh-CN"] == "非常满意"
    assert json.loads(metadata["renke.facts"])["campaign"] == "newer"


def test_r(extract: Extract, whole: Mapping[str, Column], tmp_path: Path) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("Rscript is not installed")
    with zipfile.ZipFile(written(extract, "r", tmp_path)) as archive:
        assert sorted(archive.namelist()) == ["data.csv", "dictionary.json", "read.R"]
        archive.extractall(tmp_path)
    asked = (
        'source("read.R", encoding = "UTF-8"); cat(levels(data$overall), sep = "|"); cat("\\n");'
        'cat(sum(data$overall == "满意", na.rm = TRUE), sum(is.na(data$overall)), levels(data$group_q)[1], "\\n")'
    )
    done = subprocess.run(
        [program, "-e", asked], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    levels, counts = done.stdout.splitlines()[:2]
    assert levels == "非常满意|满意|基本满意|不满意|不了解"
    expected = int((whole["overall"] == 3).sum()), int((whole["overall"] < 0).sum())
    assert counts.strip() == f"{expected[0]} {expected[1]} {FORMULA}"


def test_the_script_for_r_has_every_label_once_and_closes_its_quotes(extract: Extract, tmp_path: Path) -> None:
    with zipfile.ZipFile(written(extract, "r", tmp_path)) as archive:
        script = archive.read("read.R").decode()
    quoted = re.findall(r'"(?:[^"\\]|\\.)*"', script)
    assert json.dumps(FORMULA, ensure_ascii=False) in quoted
    assert '"' not in re.sub(r'"(?:[^"\\]|\\.)*"', "", script)


def test_labels_in_english(extract: Extract, tmp_path: Path) -> None:
    _, about = pyreadstat.read_sav(written(extract, "sav", tmp_path, "en"), metadataonly=True)
    assert about.variable_value_labels["overall"][4] == "(非常满意)"
    assert about.variable_value_labels["group"][2] == "Parents"


def test_results_are_those_of_the_publication(exported: Session, tmp_path: Path) -> None:
    published = get_publication(exported, name="newer", now=NOW)
    extract = make_results(published, language="zh-CN", simulated=True)
    rows = list(csv.DictReader(written(extract, "csv-plain", tmp_path).read_text("utf-8").splitlines()))
    figures = list(published)
    assert len(rows) == len(figures) > 30
    for row, figure in zip(rows, figures, strict=True):
        assert row["value"] == ("" if figure.value is None else repr(float(figure.value)).removesuffix(".0"))
        assert (row["hidden"] != "") == bool(figure.hidden)
        assert not (figure.hidden and row["n"])
    frame, _ = pyreadstat.read_sav(written(extract, "sav", tmp_path))
    assert frame["group_label"].tolist() == [row["group_label"] for row in rows]
    with pd.read_stata(written(extract, "dta", tmp_path), iterator=True) as reader:
        assert reader.read()["name"].tolist() == [row["name"] for row in rows]


@pytest.mark.parametrize("format", ["csv", "csv-plain", "xlsx", "parquet", "r"])
def test_the_same_data_are_the_same_bytes_whenever_they_are_written(
    format: str, extract: Extract, tmp_path: Path
) -> None:
    first = written(extract, format, tmp_path).read_bytes()
    path = written(extract, format, tmp_path)
    assert path.read_bytes() == first
    if format in ("xlsx", "r"):
        with zipfile.ZipFile(path) as archive:
            assert {(each.date_time[0], each.date_time[1]) for each in archive.infolist()} == {(1980, 1)}
            if format == "xlsx":
                assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")
            else:
                assert {each.external_attr >> 16 for each in archive.infolist()} == {0o644}


def test_labels_that_are_cut_still_say_that_there_are_other_wordings(tmp_path: Path) -> None:
    texts = [both(LONG), both("二"), both("三")]
    dictionary = describe_versions([one_question(number, text) for number, text in enumerate(texts, 1)])
    extract = Extract(dictionary, 1, lambda begin, end: {"overall": np.array([4], np.int16)[begin:end]})
    for language, remark in (
        ("zh-CN", "（另有 2 种问法）"),
        ("en", " (2 other wordings)"),
        ("ug", "（另有 2 种问法）"),
    ):
        _, about = pyreadstat.read_sav(written(extract, "sav", tmp_path, language), metadataonly=True)
        label = about.column_names_to_labels["overall"]
        assert label.endswith(remark)
        assert LONG[:70] in label
        assert 250 < len(label.encode()) <= 255
        with pd.read_stata(written(extract, "dta", tmp_path, language), iterator=True) as reader:
            assert reader.variable_labels()["overall"].endswith(remark)
            assert len(reader.variable_labels()["overall"]) == 80


@pytest.mark.parametrize("text", [FORMULA, "+1", "-1", "@a", " =1", "\t=1", "普通", "a=1", ""])
def test_text_that_a_spreadsheet_would_run_stays_text(text: str, tmp_path: Path) -> None:
    extract = table_of([text, "第二行"])
    raw = written(extract, "csv", tmp_path).read_bytes().decode("utf-8-sig")
    (cell,), (second,) = list(csv.reader(raw.splitlines()))[1:]
    dangerous = text.strip(" ")[:1] in tuple("=+-@\t") and text != ""
    assert (cell, second) == (f"'{text}" if dangerous else text, "第二行")
    book = openpyxl.load_workbook(written(extract, "xlsx", tmp_path))
    found = book["数据"]["A2"]
    assert (found.value or "", found.data_type) == (text, "s")


def table_of(texts: list[str]) -> Extract:
    column = np.array(texts, dtype=object)
    words = Variable("note", "text", "figure", {"zh-CN": "说明"})
    return Extract(Dictionary((words,), (), ("zh-CN",)), len(texts), lambda begin, end: {"note": column[begin:end]})


def test_a_sheet_that_is_too_long_is_refused_at_once(extract: Extract, tmp_path: Path) -> None:
    long = Extract(extract.dictionary, MOST_ROWS + 1, extract.read)
    with pytest.raises(SurveyError) as refused:
        FORMATS["xlsx"].write(long, tmp_path / "x.xlsx", "zh-CN", lambda rows: None)
    assert refused.value.code == "export.too_large"
