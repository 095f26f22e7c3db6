"""The trail on pages and in files: what was done, in words; who saw and took results; and what nobody has words for."""

from __future__ import annotations

import ast
import csv
import io
import re
from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import text

from app.console.noting import SEEN, TAKEN
from app.deeds import PAGES
from app.edge import Renke
from app.messages import CATALOGUE
from surveys import campaigns, trail
from surveys.db import dialect_of
from tests.app.conftest import Clock
from tests.app.desk import Desk, Page, add_people, answer
from tests.architecture.source import modules
from tests.factories import NOW

DATABASES = ("sqlite",)

TRAIL = "/console/campaigns/tiny/trail"


@pytest.fixture
def staffed(app: Renke) -> Renke:
    add_people(app)
    return app


def sit(app: Renke, name: str) -> Desk:
    desk = Desk(app.test_client())
    desk.sign_in(name)
    return desk


def tell(app: Renke, action: str, *, campaign: bool = True, by: str = "officer", **facts: object) -> None:
    with app.database.begin() as session:
        key = campaigns.get_campaign(session, name="tiny", now=NOW).id if campaign else None
        trail.record(session, campaign_id=key, now=NOW, by=by, action=action, **facts)


def told(app: Renke, action: str) -> list[tuple[str, object]]:
    with app.database.read() as session:
        key = campaigns.get_campaign(session, name="tiny", now=NOW).id
        return [(deed.by, dict(deed.facts)) for deed in trail.list_deeds(session, campaign_id=key, action=action)]


def lines(page: Page) -> list[str]:
    return [row[3].split("内容和摘要")[0].strip() for row in page.rows()]


# Pages


def test_the_newest_stands_first_in_words(staffed: Renke) -> None:
    tell(staffed, "campaign.opened")
    tell(staffed, "codes.added", count=3, group="parent", school="P01")
    tell(staffed, "plan.drawn", plan=1, seed=7, digest="0123456789abcdef", invited=40)
    page = sit(staffed, "evaluator").get(TRAIL)
    assert lines(page) == [
        "按第 1 号方案抽取了 40 人，种子 7",
        "发放了 3 个答题码（家长 P01）",
        "开始了调查",
    ]
    assert "3 条记录" in page.words


def test_entries_are_chosen_by_action_and_by_person_and_leafed_through(staffed: Renke) -> None:
    for number in range(55):
        tell(staffed, "evidence.looked", number=number, by="officer" if number % 5 else "admin")
    desk = sit(staffed, "officer")
    assert len(desk.get(TRAIL).rows()) == 50
    assert len(desk.get(f"{TRAIL}?page=2").rows()) == 5
    assert len(desk.get(f"{TRAIL}?by=admin&action=evidence.looked").rows()) == 11
    assert "没有这样的记录" in desk.get(f"{TRAIL}?action=nothing").words
    assert desk.get(f"{TRAIL}?page=-5&by=%27%22%3Cb%3E").status == 200


def test_a_chain_that_was_tampered_with_is_said_on_the_page(staffed: Renke) -> None:
    tell(staffed, "campaign.opened")
    tell(staffed, "campaign.closed")
    with staffed.database.begin() as session:
        on = "" if dialect_of(session) == "sqlite" else " ON trail"
        session.execute(text(f"DROP TRIGGER trail_no_update{on}"))
        session.execute(text("UPDATE trail SET action = 'campaign.sealed' WHERE number = 1"))
    page = sit(staffed, "officer").get(TRAIL)
    assert "第 1 条记录与它的摘要不符" in page.words


def test_the_file_has_every_entry_and_who_took_it_is_told(staffed: Renke) -> None:
    tell(staffed, "exclusion.decided", number=1, rule="=cmd()", reason="=1+1")
    answer = sit(staffed, "officer").client.get(f"{TRAIL}.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row[4] for row in rows[1:]] == ["exclusion.decided"]
    assert all(len(row) == 7 and len(row[6]) == 64 for row in rows[1:])
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert told(staffed, TAKEN) == [("officer", {"what": "trail_file"})]


def test_the_installation_shows_what_is_about_the_own_subtree(staffed: Renke) -> None:
    tell(staffed, "region.added", campaign=False, region="demo")
    tell(staffed, "region.added", campaign=False, region="other")
    tell(staffed, "scorecard.published", campaign=False, region="/", name="own", number=2)
    page = sit(staffed, "admin").get("/console/trail")
    seen = lines(page)
    assert "发布了计分方案 own 第 2 版" in seen
    assert "建立了行政区 demo" in seen
    assert "建立了行政区 other" not in seen
    assert sit(staffed, "officer").client.get("/console/trail").status_code == 403


def test_facts_of_an_older_version_are_a_dash(staffed: Renke) -> None:
    tell(staffed, "codes.added")
    tell(staffed, "never.heard.of", what=1)
    assert lines(sit(staffed, "officer").get(TRAIL)) == ["never.heard.of", "发放了 — 个答题码（各类对象 全县）"]


# What was seen and taken


@pytest.fixture
def closed(staffed: Renke, clock: Clock) -> Renke:
    answer(staffed, {("parent", "P01"): (20, 5), ("student", "J01"): (30, 3)})
    with staffed.database.begin() as session:
        campaigns.close_campaign(session, name="tiny", now=NOW)
    clock.now = NOW + timedelta(hours=1)
    return staffed


def test_whoever_sees_or_takes_results_is_told(closed: Renke) -> None:
    desk = sit(closed, "evaluator")
    desk.get("/console/campaigns/tiny/comments")
    desk.get("/console/campaigns/tiny/honesty")
    assert told(closed, SEEN) == [("evaluator", {"what": "honesty_page"}), ("evaluator", {"what": "comments_page"})]
    assert desk.client.head("/console/campaigns/tiny/honesty").status_code == 200
    assert desk.client.get("/console/campaigns/elsewhere/honesty").status_code == 404
    assert len(told(closed, SEEN)) == 2


def test_who_only_read_can_be_left_out(closed: Renke) -> None:
    tell(closed, "codes.added")
    desk = sit(closed, "evaluator")
    desk.get("/console/campaigns/tiny/comments")
    every, doing = (lines(desk.get(f"{TRAIL}{asked}")) for asked in ("", "?action=-"))
    assert [line for line in every if line.startswith("看了结果")]
    assert doing == [line for line in every if not line.startswith("看了结果")] != []


def test_a_refused_form_that_comes_back_with_results_is_told_too(closed: Renke) -> None:
    sit(closed, "officer").post("/console/campaigns/tiny/exclusions", {"rule": "nothing", "reason": ""})
    assert told(closed, SEEN) == [("officer", {"what": "decide_exclusion"})]


def test_what_cannot_be_told_is_not_shown(closed: Renke, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = sit(closed, "evaluator")

    def fail(*args: object, **more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("app.console.noting.tell", fail)
    assert desk.client.get("/console/campaigns/tiny/honesty").status_code == 500


SHOWING = ("surveys.publication", "surveys.studies", "surveys.comments", "surveys.honesty", "surveys.evaluations")
SHOWS_NONE = {  # endpoints of modules that read results, which show none themselves
    "compute_score": "leads on to the score",
    "make_missing": "leads on to the page of the study",
    "reviews": "says which reviews wait and for whom, without a figure",
}
# what lays the results out of a view that has other pages too
NOTED_INSIDE = {"score": "_page_of_score", "bench": "_page_of_result"}


def test_every_view_that_shows_results_is_noted(app: Renke) -> None:
    """Whoever adds a view of results puts `@noted(SEEN)` or `@noted(TAKEN)` under its `@allow(...)`.

    Results are shown by views in modules of app.console that read them, and by those the navigation of a score names.
    """
    reading = {each.name for each in modules() if any(name.startswith(SHOWING) for name in each.imports())}
    silent = []
    for endpoint in {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}:
        view = app.view_functions[endpoint]
        name = endpoint.removeprefix("console.")
        inner = getattr(import_module(view.__module__), NOTED_INSIDE.get(name, ""), view)
        shows = view.__module__ in reading or name in navigation() - {"trail_page"}
        if shows and endpoint.startswith("console.") and name not in SHOWS_NONE and not hasattr(inner, "noted"):
            silent.append(f"{view.__module__}.{name}")
    assert silent == [], "put @noted(SEEN) or @noted(TAKEN) under @allow, or say in SHOWS_NONE why it shows no results"


def navigation() -> set[str]:
    """Endpoints that the tabs of a score lead to."""
    from tests.architecture.source import ROOT

    layout = (ROOT / "app/templates/console/score_layout.html").read_text("utf-8")
    return {part.split('"')[1] for part in layout.split("(")[1:] if part.startswith('"') and "_(" in layout}


def test_every_page_that_is_noted_has_a_word(app: Renke) -> None:
    noted = {
        endpoint.rpartition(".")[2]: view for endpoint, view in app.view_functions.items() if hasattr(view, "noted")
    }
    assert sorted(set(noted) - set(PAGES)) == [], "add the page to PAGES in app/deeds.py"


# Words


ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
OTHER = ("console.", "security.", "app.", "surveys.")  # endpoints and modules


def told_actions() -> dict[str, str]:
    """Every action in a module that tells the trail: any text of that form which is no code of a refusal."""
    found = {}
    for each in modules():
        names = (each.name, *each.imports())
        if any(name.startswith(("surveys.trail", "app.deeds.tell")) for name in names):
            for node in ast.walk(each.tree):
                value = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
                if isinstance(value, str) and ACTION.fullmatch(value) and value not in CATALOGUE:
                    found[value] = f"{each.name}:{node.lineno}"
    return {action: place for action, place in found.items() if not action.startswith(OTHER)}


def test_every_action_that_is_told_has_words() -> None:
    found = told_actions()
    assert {"kit.printed", "codes.voided", "plan.drawn", "campaign.opened", "results.seen", "score.kept"} <= set(found)
    silent = {action: place for action, place in found.items() if f"trail.{action}" not in CATALOGUE}
    assert silent == {}, "add `trail.<action>` to a module of app/messages"


def test_words_without_an_action_are_not_kept() -> None:
    """A sentence that no action asks for is one whose action was renamed."""
    source = "\n".join(each.text for each in modules() if not each.name.startswith("app.messages"))
    sentences = {key.removeprefix("trail.") for key in CATALOGUE if key.startswith("trail.")}
    spelt = {each for each in sentences if f'"{each}"' in source or f'f"{each.split(".")[0]}.{{' in source}
    assert sorted(sentences - spelt) == []
