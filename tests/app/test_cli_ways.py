"""Commands for the other ways in: a file for a gateway, texts, forms, keyings."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import Result
from pypdf import PdfReader
from sqlalchemy import select

from app.edge import Renke
from surveys import models
from tests import factories


@pytest.fixture
def folder(app: Renke, tmp_path: Path) -> Path:
    with app.database.begin() as session:
        factories.add_posters(session, factories.add_campaign(session))
    return tmp_path


def run(app: Renke, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=[str(each) for each in arguments])


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_links_and_texts_become_files(app: Renke, folder: Path) -> None:
    first, again, texts = folder / "sms.csv", folder / "again.csv", folder / "texts.txt"
    place = ("--group", "parent", "--school", "P01")
    assert run(app, "codes", "sms", "tiny", *place, "--count", 3, "--out", first).exit_code == 0
    assert run(app, "codes", "sms", "tiny", "--again", "--out", again).exit_code == 0
    assert len(rows(first)) == 3
    assert first.read_bytes() == again.read_bytes()
    for wrong in ((), ("--count", 2), ("--count", 2, "--again")):
        assert run(app, "codes", "sms", "tiny", *wrong, "--out", first).exit_code == 2
    assert run(app, "codes", "texts", "tiny", "--school", "P01", "--out", texts).exit_code == 0
    assert texts.read_text("utf-8-sig").count("打开链接填写") == 4
    assert run(app, "codes", "texts", "tiny", "--out", folder / "texts.csv").exit_code == 0
    assert len(rows(folder / "texts.csv")) == 13


def test_forms_are_printed_keyed_from_files_and_told_where_they_differ(app: Renke, folder: Path) -> None:
    place = ("--group", "parent", "--school", "P01")
    made = run(app, "paper", "print", "tiny", *place, "--count", 2, "--out", folder / "forms.pdf")
    assert made.exit_code == 0, made.output
    assert len(PdfReader(folder / "forms.pdf").pages) == 4
    assert run(app, "paper", "print", "tiny", "--specimen", "--out", folder / "s.pdf").exit_code == 0
    assert run(app, "paper", "print", "tiny", "--count", 1, "--out", folder / "x.pdf").exit_code == 2
    template = folder / "template.csv"
    assert run(app, "paper", "template", "tiny", "--group", "parent", "--out", template).exit_code == 0
    head = template.read_text("utf-8-sig").strip()
    with app.database.read() as session:
        campaign = session.scalars(select(models.Campaign.id)).one()
        codes = factories.codes.list_slips(session, campaign_id=campaign, secret=factories.SECRET, way="paper")
    for nth, last in ((1, "4"), (2, "3")):
        lines = [head, f"{codes[0].typed},4,4,4,", f"{codes[1].typed},4,4,{last},"]
        (folder / "keyed.csv").write_text("\n".join(lines), "utf-8")
        for _ in range(2):
            taken = run(app, "paper", "import", "tiny", folder / "keyed.csv", "--keying", nth)
            assert taken.exit_code == 0, taken.output
    with app.database.read() as session:
        assert session.scalars(select(models.Response.channel)).all() == ["paper"]
    differing = run(app, "paper", "differences", "tiny").output.splitlines()
    assert len(differing) == 2
    assert differing[1].split()[-1] == "1"
    assert codes[1].typed not in "".join(differing)


def test_a_campaign_does_not_end_over_forms_that_wait_unless_told_so(app: Renke, folder: Path) -> None:
    place = ("--group", "parent", "--school", "P01")
    run(app, "paper", "print", "tiny", *place, "--count", 1, "--out", folder / "forms.pdf")
    with app.database.read() as session:
        campaign = session.scalars(select(models.Campaign.id)).one()
        (form,) = factories.codes.list_slips(session, campaign_id=campaign, secret=factories.SECRET, way="paper")
    (folder / "keyed.csv").write_text(f"code,teaching,homework,overall\n{form.typed},4,4,4\n", "utf-8")
    assert run(app, "paper", "import", "tiny", folder / "keyed.csv", "--keying", 1).exit_code == 0
    assert run(app, "paper", "differences", "tiny").output.rstrip().endswith("等第二遍录入")
    refused = run(app, "campaign", "close", "tiny")
    assert refused.exit_code == 1
    assert "只录了一遍的 1 份，两遍不一致的 0 份" in refused.output
    assert "--yes" in refused.output
    assert run(app, "campaign", "close", "tiny", "--yes").exit_code == 0


def test_a_bad_file_is_refused_with_every_place_and_no_code(app: Renke, folder: Path) -> None:
    bad = folder / "bad.csv"
    bad.write_text("code,teaching,homework,overall\n12345-67890,4,4,4\n,9,9,9\n", "utf-8")
    refused = run(app, "paper", "import", "tiny", bad, "--keying", 1)
    assert refused.exit_code == 1
    assert "第 2 行" in refused.output
    assert "第 3 行" in refused.output
    assert "12345" not in refused.output
