"""The page of data: results for whoever reads results, the answers themselves for analysts, by a process of its own."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from app.edge import Renke
from surveys import campaigns, trail
from surveys.exports import FORMATS
from tests import factories
from tests.app.desk import Desk
from tests.app.packed import COUNTS, packed

PAGE = "/console/campaigns/tiny/data"
PATIENCE = 60.0  # seconds for a process to start on a busy machine


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renke]:
    with packed(tmp_path_factory.mktemp("data")) as made:
        yield made


def desk_of(app: Renke, who: str, language: str = "zh-CN") -> Desk:
    desk = Desk(app.test_client(), language)
    desk.sign_in(who)
    return desk


def deeds(app: Renke, action: str) -> list[Any]:
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        return [deed.facts for deed in trail.list_deeds(session, campaign_id=campaign.id, action=action)]


def ordered(desk: Desk, wanted: dict[str, str]) -> str:
    """The address of the file, once the page says that it is there."""
    page, until = desk.post(f"{PAGE}/order", wanted, to=PAGE), time.monotonic() + PATIENCE
    address = f"{PAGE}/order?{urlencode(wanted)}"
    while time.monotonic() < until:
        files = [link for link in page.links() if link.startswith(f"{PAGE}/file")]
        if files:
            return files[0]
        assert "正在准备" in page.words, page.words
        time.sleep(0.2)
        page = desk.get(address)
    raise AssertionError("no file in time")


def test_results_in_every_format_for_every_reader(app: Renke) -> None:
    desk = desk_of(app, "evaluator")
    page = desk.get(PAGE)
    links = sorted(link for link in page.links() if link.startswith(f"{PAGE}/results."))
    assert len(links) == 2 * len(FORMATS)
    assert "数据分析人员" in page.words
    assert not any(action.endswith("/order") for action in page.actions())
    for link in links:
        answer = desk.client.get(link)
        assert (answer.status_code, len(answer.data) > 2000) == (200, True), link
        assert "tiny-results-1-simulated." in answer.headers["Content-Disposition"]
    assert {(each["what"], each["evaluation"]) for each in deeds(app, "results.taken")} == {("result_file", 1)}


def test_results_say_no_more_than_may_be_shown(app: Renke) -> None:
    answer = desk_of(app, "evaluator").client.get(f"{PAGE}/results.csv?language=en")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    teachers = [row for row in rows if row["school"] == "P01" and row["group"] == "teacher"]
    assert teachers
    assert all(row["hidden"] and not row["n"] and not row["value"] for row in teachers), "three people"
    assert {row["group_label"] for row in rows} >= {"Pupils", "Parents"}


def test_an_analyst_orders_answers_and_takes_them_in_parts(app: Renke) -> None:
    desk = desk_of(app, "analyst")
    wanted = {"format": "csv-plain", "language": "zh-CN", "replicates": "0", "evaluation": "1"}
    link = ordered(desk, wanted)
    whole = desk.client.get(link)
    rows = list(csv.DictReader(io.StringIO(whole.data.decode())))
    assert len(rows) == sum(map(sum, COUNTS.values()))
    assert set(rows[0]) >= {"cluster", "variance_stratum", "final_weight", "fpc_people", "teaching"}
    assert not any(code in whole.data.decode() for code in ("P01", "P02", "J01"))
    part = desk.client.get(link, headers={"Range": "bytes=100-199", "If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.data) == (206, whole.data[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.data)}"
    assert desk.client.get(link, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert ordered(desk, wanted) == link
    assert desk.client.get(link).headers["ETag"] == whole.headers["ETag"]
    assert [each["format"] for each in deeds(app, "data.ordered")] == ["csv-plain"] * 2
    assert "data_file" in {each["what"] for each in deeds(app, "results.taken")}


def test_an_analyst_has_a_replication_package_made(app: Renke) -> None:
    desk = desk_of(app, "analyst")
    assert "复现包" in desk.get(PAGE).words
    link = ordered(desk, {"what": "package", "format": "zip", "evaluation": "1"})
    with zipfile.ZipFile(io.BytesIO(desk.client.get(link).data)) as archive:
        names = {name.rpartition("/")[2] for name in archive.namelist()}
    assert names >= {"data.csv", "dictionary.json", "reproduce.R", "reproduce.py", "README.md"}


def test_nobody_else_gets_answers(app: Renke) -> None:
    for who in ("officer", "evaluator"):
        desk = desk_of(app, who)
        for path in ("order", "file"):
            assert desk.client.get(f"{PAGE}/{path}?format=csv-plain").status_code == 403
        assert desk.post(f"{PAGE}/order", {"format": "csv"}, to=PAGE).status == 403


def test_a_refused_order_comes_back_with_what_was_chosen(app: Renke) -> None:
    desk = desk_of(app, "analyst")
    given = {"format": "sav", "language": "en", "replicates": "１", "evaluation": "1"}
    page = desk.post(f"{PAGE}/order", given, to=PAGE)
    assert page.status == 422
    assert "复制权重的个数不对" in page.words
    chosen = {each.get("value") for each in page.all("option") if each.get("selected") is not None}
    assert chosen == {"sav", "en"}
    assert page.all("input", id="replicates")[0].get("value") == "１"


def test_a_file_that_nobody_ordered_is_not_there(app: Renke) -> None:
    desk = desk_of(app, "analyst")
    assert desk.client.get(f"{PAGE}/file?format=dta").status_code == 404
    page = desk.get(f"{PAGE}/order?format=dta")
    assert "还没有准备" in page.words


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "没有这种格式"), ("en", "there is no such format")])
def test_a_bad_order_is_told_with_all_that_is_wrong(app: Renke, language: str, words: str) -> None:
    desk = desk_of(app, "analyst", language)
    page = desk.get(f"{PAGE}/order?format=docx%00&replicates=1&language=xx&evaluation=1")
    assert page.status in (404, 422)
    page = desk.get(f"{PAGE}/order?format=docx&replicates=1&language=xx&evaluation=1")
    assert page.status == 422
    assert words.lower() in page.words.lower()
    assert page.words.count("docx") == 1
    assert page.words.count("xx") == 1
    assert desk.get(f"{PAGE}/order?evaluation=99").status == 404
    assert desk.get(f"{PAGE}/results.docx").status == 422
