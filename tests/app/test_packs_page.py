"""The report pack in the console and at the shell: what is offered, what is told to the trail, who sees what."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest

from app.edge import Renke
from surveys import campaigns, trail
from surveys.reports.registry import list_issued
from tests import factories
from tests.app.desk import Desk
from tests.app.packed import COUNTS, packed

PAGE = "/console/campaigns/tiny/reports"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renke]:
    with packed(tmp_path_factory.mktemp("packs"), COUNTS) as made:
        yield made


def desk_of(app: Renke, who: str) -> Desk:
    desk = Desk(app.test_client())
    desk.sign_in(who)
    return desk


def deeds(app: Renke, action: str) -> list[Any]:
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        return [deed.facts for deed in trail.list_deeds(session, campaign_id=campaign.id, action=action)]


def issued(app: Renke) -> int:
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        return len(list_issued(session, campaign_id=campaign.id))


def test_every_file_that_is_offered_is_there(app: Renke) -> None:
    desk = desk_of(app, "evaluator")
    page = desk.get(PAGE)
    links = [link for link in page.links() if link.startswith(f"{PAGE}/") and ".zip" not in link]
    assert len(links) == 10
    assert "草案" in page.words
    for link in links:
        answer = desk.client.get(link)
        assert answer.status_code == 200, link
        assert len(answer.data) > 5000, link
        name = answer.headers["Content-Disposition"]
        assert "draft-simulated" in name
        assert name.isascii()
    taken = deeds(app, "results.taken")
    assert {(each["what"], each.get("evaluation")) for each in taken} == {("pack_file", 1)}
    assert len(taken) == 10
    rows = desk.get(PAGE).rows(-1)
    assert len(rows) == 4, "the formats of a report share its serial"
    assert all("最新" in row[-1] for row in rows)


def test_the_archive_has_a_sheet_for_every_school(app: Renke) -> None:
    desk = desk_of(app, "officer")
    before = issued(app)
    answer = desk.client.get(f"{PAGE}/schools.zip?language=en")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert all(archive.read(name).startswith(b"%PDF") for name in names)
    assert answer.headers["X-Archive-Files"] == "3" == str(len(names))
    assert [name[:6] for name in names] == ["1-J01-", "2-P01-", "3-P02-"]
    assert issued(app) == before + 3
    assert desk.client.get(f"{PAGE}/schools.zip?language=en").data == answer.data, "the same again, and no new serial"
    assert issued(app) == before + 3
    assert any("3 份" in row[2] for row in desk.get(PAGE).rows(-1))


@pytest.mark.parametrize("path", ["county.pdf", "schools.zip", "school.pdf?school=J01", ""])
def test_another_county_s_reports_are_unknown(app: Renke, path: str) -> None:
    desk = desk_of(app, "neighbour")
    there, nowhere = (
        desk.client.get(f"/console/campaigns/{name}/reports/{path}".rstrip("/")) for name in ("tiny", "none")
    )
    assert there.status_code == nowhere.status_code == 404


@pytest.mark.parametrize("path", ["county.exe", "public.xlsx", "school.docx", "nothing.pdf", "school.pdf?school=X"])
def test_what_is_not_offered_is_not_found(app: Renke, path: str) -> None:
    assert desk_of(app, "officer").client.get(f"{PAGE}/{path}").status_code == 404


def test_without_a_score_there_is_nothing_to_report(app: Renke) -> None:
    desk = desk_of(app, "neighbour")
    page = desk.get("/console/campaigns/elsewhere/reports")
    assert "才有报告" in page.words
    assert desk.client.get("/console/campaigns/elsewhere/reports/county.pdf").status_code == 404


def test_the_shell_writes_the_same_reports(app: Renke, tmp_path: Path) -> None:
    run = app.test_cli_runner()
    file = tmp_path / "report.docx"
    told = run.invoke(args=["report", "tiny", "--format", "docx", "--out", str(file)])
    assert told.exit_code == 0
    assert "https://renke.example/v/" in told.output
    assert "社会认可度调查报告" in "".join(each.text for each in docx.Document(str(file)).paragraphs)
    assert file.read_bytes() == desk_of(app, "officer").client.get(f"{PAGE}/county.docx").data
    sheets = tmp_path / "sheets.zip"
    assert run.invoke(args=["report", "tiny", "--kind", "schools", "--out", str(sheets)]).exit_code == 0
    with zipfile.ZipFile(sheets) as archive:
        assert len(archive.namelist()) == 3
    for wrong in (["--kind", "public", "--out", "x.xlsx"], ["--kind", "schools", "--out", "x.pdf"], ["--out", "x.txt"]):
        assert run.invoke(args=["report", "tiny", *wrong]).exit_code != 0
    assert {"what": "report"} in deeds(app, "results.taken")
