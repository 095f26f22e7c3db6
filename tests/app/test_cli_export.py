"""`flask export`: the file's name says the format, and what cannot be written is said before anything is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyreadstat
import pytest
from click.testing import Result

from app.edge import Renke
from tests.app.packed import packed


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renke]:
    with packed(tmp_path_factory.mktemp("export")) as made:
        yield made


def export(app: Renke, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["export", *map(str, arguments)])


def test_the_name_of_the_file_says_the_format(app: Renke, tmp_path: Path) -> None:
    done = export(app, "tiny", "--out", tmp_path / "answers.sav")
    assert done.exit_code == 0, done.output
    frame, about = pyreadstat.read_sav(tmp_path / "answers.sav")
    assert f"{len(frame)} 行" in done.output
    assert about.column_names_to_labels["cluster"].startswith("群")
    assert export(app, "tiny", "--what", "results", "--out", tmp_path / "results.zip").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "{tmp}/nowhere/y.sav"], "写不了文件"),
        (["--out", "{tmp}"], "写不了文件"),
        (["--out", "{tmp}/x.R"], "没有这种格式"),
        (["--out", "{tmp}/x.sav", "--format", "csv"], ".csv"),
        (["--out", "{tmp}/x.csv", "--format", "r"], ".zip"),
        (["--out", "{tmp}/x.doc", "--replicates", "1"], "复制权重"),
        (["--out", "{tmp}/x.csv", "--evaluation", "7"], "7"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    app: Renke, tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = export(app, "tiny", *(each.format(tmp=tmp_path) for each in arguments))
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_campaign_that_is_not_there(app: Renke, tmp_path: Path) -> None:
    done = export(app, "nowhere", "--out", tmp_path / "x.csv")
    assert (done.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "nowhere" in done.output
