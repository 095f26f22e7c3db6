"""Outcomes on the console and at the shell: who was asked, what became of them, what the officer records."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.edge import Renke
from surveys import campaigns, trail
from surveys.campaigns import CampaignView
from surveys.codes import list_slips
from tests import factories
from tests.app.desk import Desk, add_people, upload

DATABASES = ("sqlite",)

PAGE = "/console/campaigns/tiny/outcomes"
HEADER = "学校代码,调查对象,拒访,未接触,不符合条件,其他"


@pytest.fixture
def campaign(app: Renke) -> CampaignView:
    """20 slips for parents of P01, of whom 5 have answered and 2 of these left a question out."""
    add_people(app)
    with app.database.begin() as session:
        found = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        factories.issue_slips(session, found, count=20)
        slips = list_slips(session, campaign_id=found.id, secret=factories.SECRET)
        for number, slip in enumerate(slips[:5]):
            raw = {"teaching": ["4"], "overall": ["4"], **({"homework": ["4"]} if number < 3 else {})}
            factories.send(session, factories.open_door(session, slip), raw=raw)
    return found


@pytest.fixture
def desk(app: Renke, campaign: CampaignView) -> Desk:
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    return desk


def run(app: Renke, *words: str) -> tuple[int, str]:
    found = app.test_cli_runner().invoke(args=["fieldwork", *words])
    return found.exit_code, found.output


def test_an_officer_records_a_place_and_sees_the_rates(desk: Desk, app: Renke, campaign: CampaignView) -> None:
    place = f"{PAGE}?group=parent&school=P01#record"
    assert place in desk.get(PAGE).links()
    form = desk.get(place)
    assert "记录：P01学校（模拟） · 家长" in form.words
    assert "最多可记 15 人" in form.words
    counts = {"refused": "3", "not_reached": "1", "not_eligible": "2", "other": "0"}
    page = desk.post(PAGE, {"group": "parent", "school": "P01", **counts}, to=place)
    assert "已记录" in page.words
    # N = 9, U = 9, e = 9 / 11
    assert page.rows(0) == [["家长", "20", "3", "2", "3", "1", "0", "2", "9",
                             "16.7%", "27.8%", "18.3%", "16.7%", "44.4%"]]  # fmt: skip
    assert page.rows(1)[0][:4] == ["P01学校（模拟） P01", "家长", "20", "3"]
    assert page.rows(2)[1][:2] == ["家长", "120"], "the other schools have no list"
    assert "不能当作应答率" in page.words
    assert [each.get("value") for each in desk.get(place).all("input", type="number")] == ["3", "1", "2", "0"]
    with app.database.read() as session:
        (deed,) = trail.list_deeds(session, campaign_id=campaign.id)
    assert (deed.by, deed.action, deed.facts["school"]) == ("officer", "outcomes.recorded", "P01")


def test_what_cannot_be_is_refused_with_what_was_typed(desk: Desk) -> None:
    place = f"{PAGE}?group=parent&school=P01"
    sent = {"group": "parent", "school": "P01", "refused": "15", "not_reached": "1"}
    page = desk.post(PAGE, sent, to=place)
    assert page.status == 422
    assert "应访 20 人，最多还能记 15 人" in page.words
    assert [each.get("value") for each in page.all("input", type="number")] == ["15", "1", "0", "0"]
    page = desk.post(PAGE, {**sent, "refused": "-1"}, to=place)
    assert (page.status, "人数应为 0 或正整数" in page.words) == (422, True)
    page = desk.post(PAGE, {**sent, "school": "P09"}, to=place)
    assert (page.status, "本次调查没有这样的学校和对象" in page.words) == (422, True)
    assert desk.get(PAGE).rows(0)[0][4:9] == ["0", "0", "0", "0", "15"]


def test_a_table_of_places_on_the_page(desk: Desk) -> None:
    address = f"{PAGE}/file"
    bad = upload(f"{HEADER}\nP01,家长,16,,,\nP09,家长,1,,,\n".encode(), "x.csv")
    page = desk.post(address, {"file": bad}, to=PAGE)
    assert page.status == 422
    assert "共 2 处问题" in page.words
    good = upload(f"{HEADER}\nP01,家长,4,,1,\n".encode(), "x.csv")
    assert desk.post(address, {"file": good}, to=PAGE).rows(0)[0][4:9] == ["4", "0", "0", "1", "10"]
    assert desk.post(address, {}, to=PAGE).status == 422


def test_readers_see_the_rates_and_record_nothing(desk: Desk, app: Renke) -> None:
    reader = Desk(app.test_client())
    reader.sign_in("analyst")
    page = reader.get(PAGE)
    assert page.rows(0)[0][0] == "家长"
    assert not [each for each in page.links() if "group=" in each]
    chosen = reader.get(f"{PAGE}?group=parent&school=P01")
    assert not [each for each in page.actions() | chosen.actions() if "outcomes" in each]


def test_the_page_speaks_of_a_campaign_by_posters_only_as_participation(desk: Desk, app: Renke) -> None:
    with app.database.begin() as session:
        factories.add_posters(session, campaigns.get_campaign(session, name="tiny", now=factories.NOW))
    words = desk.get(PAGE).words
    assert "没有名单" in words
    assert "RR1" not in words


# At the shell


def test_a_place_is_recorded_and_shown(app: Renke, campaign: CampaignView) -> None:
    where = ("--school", "P01", "--group", "parent")
    assert run(app, "record", "tiny", *where, "--refused", "3", "--not-eligible", "2") == (0, "已记录，1 处有变化。\n")
    assert run(app, "record", "tiny", *where, "--refused", "3", "--not-eligible", "2") == (0, "已记录，0 处有变化。\n")
    status, shown = run(app, "outcomes", "tiny")
    assert status == 0
    assert "家长      20    3     2         3     0       0         2           10" in shown
    assert "e = 0.800" in shown
    assert "只有参与率，不是应答率" in shown
    status, shown = run(app, "outcomes", "tiny", "--schools")
    assert [line.split()[:3] for line in shown.splitlines()[2:4]] == [["P01", "家长", "20"], ["合计", "20", "3"]]
    with app.database.read() as session:
        (deed,) = trail.list_deeds(session, campaign_id=campaign.id)
    assert deed.by == trail.AT_THE_SHELL


def test_the_shell_refuses_in_words(app: Renke, campaign: CampaignView, tmp_path: Path) -> None:
    status, said = run(app, "record", "tiny", "--school", "P01", "--group", "parent", "--refused", "16")
    assert (status, "最多还能记 15 人" in said) == (1, True)
    assert run(app, "record", "tiny")[0] == 2
    file = tmp_path / "outcomes.csv"
    file.write_text(f"{HEADER}\nP01,家长,16,,,\nP01,学长,,,x,\n", encoding="utf-8")
    status, said = run(app, "record", "tiny", "--file", str(file))
    assert (status, said.count("  - ")) == (1, 3)
    file.write_text(f"{HEADER}\nP01,家长,1,,,\n", encoding="utf-8")
    assert run(app, "record", "tiny", "--file", str(file)) == (0, "已记录，1 处有变化。\n")
