"""Every page in both languages: an English page speaks no Chinese of ours, a Chinese page no library's English.

What people have written (names, questions, comments) stays as they wrote it; here all of it is known, and taken out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.edge import Renke
from app.words import LANGUAGES
from surveys import campaigns, db
from surveys.codes import Slip
from surveys.frames import columns
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import PASSWORD, SIGN_IN, add_people, answer, upload
from tests.app.served import served
from tests.app.visits import checked as checked_visit
from tests.app.visits import filled
from tests.conftest import sqlite_database

CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
SENTENCE = re.compile(r"(?:\b[A-Za-z]+ )+[A-Za-z]+")  # two words on end
APART = re.compile(r'<(style|code|textarea|script)\b.*?</\1>|<td class="code">.*?</td>', re.DOTALL)  # commands, files
TAG = re.compile(r"<[^>]*>")
READ = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
CONTACT, APPROVAL = "0000-0000（模拟）", "模拟〔2026〕1号"
RATES = {(group, school): (30, 5) for school in ("P01", "P02", "J01") for group in ("student", "parent")}


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    elif isinstance(value, str):
        yield value


def written() -> list[str]:
    """Everything in these pages that people wrote, the longest first."""
    documents = (factories.instrument_document(), json.loads(factories.campaign_document()))
    names = ("demo（模拟）", "学校（模拟）", CONTACT, APPROVAL, *LANGUAGES.values(), "认可", "-province（模拟）")
    headers = (column.title for column in columns.COLUMNS)  # 学校代码 / code: what stands in files, in both languages
    cells = (columns.accepted(words) for words in (columns.STAGE_WORDS, columns.LOCALITY_WORDS))
    texts = (text for text in leaves(documents) if CHINESE.search(text))
    return sorted({*texts, *names, *headers, *cells}, key=len, reverse=True)


WRITTEN = written()


def ours(html: str) -> list[str]:
    """The texts of a page that are ours: what stands between tags, and what is read out."""
    page = APART.sub(" ", html)
    texts = [*TAG.split(page), *READ.findall(page)]
    for each in WRITTEN:
        texts = [text.replace(each, "") for text in texts]
    return [text.strip() for text in texts if text.strip()]


def foreign(html: str, language: str) -> list[str]:
    """Texts of a page that are not in its language."""
    wrong = CHINESE if language == "en" else SENTENCE
    return [text for text in ours(html) if wrong.search(text)]


def test_what_is_foreign() -> None:
    page = (
        '<p>没有这个页面。</p><p title="Not a valid choice">This field is required.</p><code>flask campaign open</code>'
    )
    assert foreign(page, "en") == ["没有这个页面。"]
    assert foreign(page, "zh-CN") == ["This field is required.", "Not a valid choice"]


# A county with one campaign to answer and one that has a score


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renke]:
    home = tmp_path_factory.mktemp("languages")
    settings = Settings(home=home, database_url="", secret=factories.SECRET, timezone=factories.ZONE, testing=True)
    with sqlite_database(home) as database:
        app = create_app(settings, database=database, clock=Clock())
        app.config["PROPAGATE_EXCEPTIONS"] = False
        add_people(app)
        answer(app, RATES)
        prepare(database)
        with served(app):
            yield app


def prepare(database: db.Database) -> None:
    soon = (factories.NOW + timedelta(days=1)).isoformat()
    with database.begin() as session:
        factories.add_posters(session, campaigns.get_campaign(session, name="tiny", now=factories.NOW), seed=1)
        campaigns.close_campaign(session, name="tiny", now=factories.NOW)
        campaign = factories.add_campaign(session, campaign="running", contact=CONTACT, approval=APPROVAL)
        factories.add_posters(session, campaign)
        factories.add_slips(session, campaign, count=8)
        factories.add_posters(session, factories.add_campaign(session, campaign="soon", opens=soon), seed=3)


class Reader:
    """A browser that wants one language and fails on every text in another."""

    def __init__(self, app: Renke, language: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.language = language

    def get(self, address: str) -> TestResponse:
        return self.open("GET", address)

    def post(self, address: str, at: str | None = None, **data: Any) -> TestResponse:
        """Send a form; `at` is the page that its token comes from."""
        if at is not None:
            token = TOKEN.search(self.client.get(at).get_data(as_text=True))
            assert token
            data = {"csrf_token": token[1], **data}
        return self.open("POST", address, data=data)

    def open(self, method: str, address: str, **options: Any) -> TestResponse:
        headers = {"Accept-Language": self.language}
        answered = self.client.open(address, method=method, headers=headers, follow_redirects=True, **options)
        html = answered.get_data(as_text=True)
        assert answered.status_code != 500, address
        assert address.endswith("/now") or f'<html lang="{self.language}"' in html, address  # a part of a page
        assert foreign(html, self.language) == [], f"{method} {address}"
        return answered


@pytest.fixture(params=["zh-CN", "en"])
def reader(request: pytest.FixtureRequest, county: Renke) -> Reader:
    return Reader(county, request.param)


@pytest.fixture
def officer(reader: Reader) -> Reader:
    assert reader.post(SIGN_IN, SIGN_IN, username="officer", password=PASSWORD).status_code == 200
    return reader


def slips(app: Renke, name: str) -> list[Slip]:
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name=name, now=factories.NOW)
        return list(factories.list_slips(session, campaign))


# The console


def test_signing_in(reader: Reader) -> None:
    reader.get(SIGN_IN)
    reader.get(f"{SIGN_IN}?next=/console/")
    reader.post(SIGN_IN, SIGN_IN)
    reader.post(SIGN_IN, SIGN_IN, username="", password="")
    reader.post(SIGN_IN, SIGN_IN, username="officer", password="wrong")
    reader.post(SIGN_IN, SIGN_IN, username="nobody", password="wrong")
    reader.post(SIGN_IN, csrf_token="bad")
    reader.post(SIGN_IN)


def test_every_page_of_the_console(officer: Reader, county: Renke) -> None:
    rules = [rule for rule in county.url_map.iter_rules() if rule.endpoint.startswith("console.")]
    files = {
        "console.kit", "console.kit_archive", "console.example", "console.frame_template", "console.score_file",
        "console.texts_for_groups", "console.keying_template", "console.specimens", "console.reminder_file",
        "console.trail_file", "console.installation_trail_file", "console.pack_file", "console.pack_archive",
        "console.visit_forms", "console.visit_archive", "console.evidence_file",
        "console.keywords_file", "console.bench_file", "console.codebook_file", "console.paper_file",
        "console.result_file", "console.data_file", "console.carry_template",
    }  # fmt: skip
    values = {"code": "demo", "group": "parent", "instrument": "tiny", "school": "P01"}
    for rule in rules:
        if "GET" in (rule.methods or ()) and rule.endpoint not in files:
            for name in ("running", "tiny", "soon", "nowhere") if "name" in rule.arguments else ("",):
                given = {each: values.get(each, "1") for each in rule.arguments}
                built = rule.build({**given, "name": name} if name else given, append_unknown=False)
                assert built
                officer.get(built[1])


def test_what_the_console_says_when_something_was_done(officer: Reader) -> None:
    for done in ("created", "opened", "closed", "issued", "issued&count=3", "imported&count=4"):
        officer.get(f"/console/campaigns/running?done={done}")
    for done in ("imported&added=1", "unchanged"):
        officer.get(f"/console/counties/demo?done={done}")
    officer.post("/console/campaigns/tiny/score", "/console/")
    page = officer.get("/console/campaigns/tiny/score")
    assert "data-chart" in page.get_data(as_text=True)
    charts = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page.get_data(as_text=True))
    texts = [text for chart in charts for text in leaves(json.loads(chart))]
    assert texts
    assert foreign("".join(f"<p>{text}</p>" for text in texts), officer.language) == []


def test_readers_of_the_console(reader: Reader) -> None:
    reader.post(SIGN_IN, SIGN_IN, username="evaluator", password=PASSWORD)
    for path in ("", "counties/demo", "campaigns/running", "campaigns/running/score", "campaigns/new", "nowhere"):
        reader.get(f"/console/{path}")


BAD_FRAME = "code,name,stage,locality,pupils,teachers,student,parent,teacher,principal,x\nP 1,a,w,here,x,-1,9,9,9,9,\n"


WRONG = {
    "county": "nil",
    "opens": "x",
    "closes": "y",
    "scorecard": "z",
    "papers": {"parent": ["nil"], "wolves": ["tiny"]},
}
REFUSED = ("", "a: b", "a: [", "campaign: tiny\ncounty: nil\ntitle: 3", factories.campaign_document(**WRONG))


@pytest.mark.parametrize("text", REFUSED)
def test_refused_campaigns(officer: Reader, text: str) -> None:
    assert officer.post("/console/campaigns/new", "/console/", text=text).status_code == 422


def test_other_refusals_of_the_console(officer: Reader) -> None:
    for address in ("/console/counties/demo", "/console/campaigns/running/import"):
        assert officer.post(address, "/console/").status_code == 422  # no file
        assert officer.post(address).status_code == 400  # no token
    for form in ({}, {"group": "x", "count": "a"}, {"group": "parent", "count": "1", "school": "nil"}):
        assert officer.post("/console/campaigns/running/slips", "/console/", **form).status_code == 422
    for content, mapping in ((b"", ""), ("学校,x\na,b\n".encode(), ""), (b"a,b\n1,2\n", "x: 1"), (b"a\n1\n", "a: [")):
        form = {"file": upload(content, "a.csv"), "mapping": mapping}
        officer.post("/console/campaigns/running/import", "/console/", **form)
    assert officer.post("/console/campaigns/running/score", "/console/").status_code == 409
    assert officer.post("/console/campaigns/tiny/open", "/console/").status_code == 409
    assert officer.get("/console/campaigns/soon/kit.pdf?kind=personal").status_code == 422
    assert officer.get("/console/campaigns/running/score.csv").status_code == 404


def test_the_example_explains_itself(officer: Reader) -> None:
    example = officer.client.get(f"/console/campaigns/example.yaml?county=demo&lang={officer.language}")
    lines = [line for line in example.get_data(as_text=True).splitlines() if re.match(r"# \S", line)]
    comments = [line for line in lines if "approval:" not in line]
    assert len(comments) > 4
    assert all(
        bool(CHINESE.search(line)) == (officer.language == "zh-CN") for line in comments if "contact:" not in line
    )


def test_files_speak_the_language(officer: Reader) -> None:
    for path in ("frame-template.csv", "campaigns/tiny/score.csv"):
        officer.post("/console/campaigns/tiny/score", "/console/")
        answered = officer.client.get(f"/console/{path}?lang={officer.language}")
        head = answered.get_data(as_text=True).splitlines()[0]
        assert bool(CHINESE.search(head)) == (officer.language == "zh-CN"), path


# Respondents


def test_typing_a_code(reader: Reader) -> None:
    for typed in ("", "?code=", "?code=abc", "?code=UUU", "?code=7K3QM-0XW9A", f"?code={'0' * 10}"):
        reader.get(f"/r/{typed}")
    for path in ("0" * 24, "receipt/x", "no/such/page"):
        assert reader.get(f"/r/{path}").status_code == 404
    reader.get("/nowhere")


def test_answering(reader: Reader, county: Renke) -> None:
    place = 4 * (reader.language == "en")
    slip = [each for each in slips(county, "running") if each.kind == "personal"][place]
    address = f"/r/{slip.token}?lang={reader.language}"
    page = checked_visit(reader.get(address))
    token = page.fields()["_form"]
    assert reader.post(address, _form=token, x="y", _comment="a" * 101, overall="77").status_code == 422
    assert reader.post(address, overall="4").status_code == 422
    assert reader.post(address, _form="bad").status_code == 422
    assert reader.open("POST", address, data="x", content_type="text/plain").status_code == 415
    assert (
        reader.open("POST", address, data=b"\xff", content_type="application/x-www-form-urlencoded").status_code == 400
    )
    assert reader.post(address, _comment="a" * 70_000).status_code == 413
    assert "receipt" in reader.post(address, **filled(page)).request.path
    assert reader.get(address).status_code == 410  # used


def test_doors_that_are_shut(reader: Reader, county: Renke) -> None:
    assert reader.get(f"/r/{slips(county, 'soon')[0].token}").status_code == 403
    assert reader.get(f"/r/{slips(county, 'tiny')[0].token}").status_code == 410


# The command line


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "没有名为"), ("en", "There is no campaign named")])
def test_commands_follow_the_settings(county: Renke, tmp_path: Path, language: str, words: str) -> None:
    settings = Settings(home=tmp_path, database_url="", secret=factories.SECRET, language=language, testing=True)
    runner = create_app(settings, database=county.database).test_cli_runner()
    shown = runner.invoke(args=["campaign", "show", "nowhere"])
    assert words in shown.output
    refused = runner.invoke(args=["account", "add", "x", "--role", "officer", "--region", "nil"])
    assert (refused.exit_code, "nil" in refused.output) == (1, True)
    listed = runner.invoke(args=["campaign", "show", "running"]).output
    for each in WRITTEN:
        listed = listed.replace(each, "")
    assert bool(CHINESE.search(listed)) == (language == "zh-CN"), listed
