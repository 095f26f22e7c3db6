"""An officer's desk: a browser without script that signs in, and checks every page of the console it is shown."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from flask_security import hash_password
from werkzeug.test import TestResponse

from app.edge import Renke
from surveys import accounts, campaigns, frames, responses
from surveys.campaigns import CampaignView
from surveys.responses import ImportedResponse
from tests import factories
from tests.app.visits import assert_ids, assert_labels, every, one, text

PASSWORD = "纸上得来终觉浅 1"
SIGN_IN = "/console/sign-in"
# account -> role, region
PEOPLE = {
    "admin": ("administrator", "demo"),
    "officer": ("officer", "demo"),
    "evaluator": ("evaluator", "demo-province"),
    "analyst": ("analyst", "demo"),
    "neighbour": ("officer", "other"),
    "caller": ("interviewer", "demo"),
}


@dataclass
class Page:
    """One page of the console, checked."""

    response: TestResponse
    tree: Element

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def heading(self) -> str:
        return text(one(self.tree, "h1"))

    @property
    def words(self) -> str:
        return text(one(self.tree, "main"))

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [each for each in every(self.tree, tag) if all(each.get(key) == value for key, value in wanted.items())]

    def rows(self, position: int = 0) -> list[list[str]]:
        """The cells of a table's body."""
        (body,) = every(every(self.tree, "table")[position], "tbody")
        return [[text(cell) for cell in row] for row in every(body, "tr")]

    def actions(self) -> set[str]:
        return {each.get("action", "") for each in self.all("form")}

    def links(self) -> set[str]:
        return {each.get("href", "") for each in self.all("a")}


@dataclass
class Desk:
    """One browser."""

    client: FlaskClient
    language: str = "zh-CN"
    last: str = field(default="/console/")

    def sign_in(self, name: str, password: str = PASSWORD, next: str = "") -> TestResponse:
        page = self.get(SIGN_IN)
        data = {"username": name, "password": password, "next": next, "csrf_token": token_of(page)}
        return self.client.post(SIGN_IN, data=data, headers={"Accept-Language": self.language})

    def get(self, address: str, **options: Any) -> Page:
        return self._follow(self.client.get(address, headers={"Accept-Language": self.language}, **options))

    def post(self, address: str, data: dict[str, Any] | None = None, *, to: str = "/console/", **options: Any) -> Page:
        """Send a form from the page at `to`, where its token is."""
        sent = {**(data or {}), "csrf_token": token_of(self.get(to))}
        headers = {"Accept-Language": self.language}
        return self._follow(self.client.post(address, data=sent, headers=headers, **options))

    def _follow(self, response: TestResponse) -> Page:
        if response.status_code in (302, 303):
            return self.get(response.headers["Location"])
        return checked(response)


def token_of(page: Page) -> str:
    return page.all("input", name="csrf_token")[0].get("value", "")


def upload(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def checked(response: TestResponse) -> Page:
    """The page, after every check that holds for all pages of the console."""
    assert response.mimetype == "text/html", response.mimetype
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=True).parse(response.get_data(as_text=True))
    page = Page(response, tree)
    assert tree.get("lang") in ("zh-CN", "en")
    assert text(one(tree, "title")).split(" · Renke")[0] == page.heading != ""
    assert_ids(page)  # type: ignore[arg-type]
    assert_labels(page)  # type: ignore[arg-type]
    ids = Counter(each.get("id") for each in tree.iter() if each.get("id"))
    assert set(ids.values()) <= {1}
    for each in tree.iter():
        assert not {name for name in each.attrib if name.startswith("on") or name == "style"}
    assert all(each.get("src", "").startswith("/static/") or each.get("nonce") for each in page.all("script"))
    for form in page.all("form", method="post"):
        assert [each for each in every(form, "input") if each.get("name") == "csrf_token"], form.get("action")
    return page


@cache
def hashed() -> str:
    """Argon2 takes its time, so once."""
    return str(hash_password(PASSWORD))


def add_people(app: Renke) -> None:
    """Two counties, an open campaign in each, and everybody with an account."""
    with app.app_context():
        password = hashed()
    with app.database.begin() as session:
        factories.add_campaign(session)
        factories.add_campaign(session, campaign="elsewhere", county="other")
        for name, (role, region) in PEOPLE.items():
            accounts.add_account(session, name=name, password=password, role=role, region=region, now=factories.NOW)


def answer(
    app: Renke, counts: dict[tuple[str, str | None], tuple[int, int]], *, name: str = "tiny", county: str = "demo"
) -> CampaignView:
    """Responses for a campaign: (group, school) -> how many satisfied, how many not."""
    with app.database.begin() as session:
        campaign = campaigns.get_campaign(session, name=name, now=factories.NOW)
        (paper, *_) = campaigns.papers_of(session, campaign_id=campaign.id)
        frame = frames.find_latest_frame(session, county=county)
        assert frame
        schools = {cell.school_code: cell.school_id for cell in frames.list_cells(session, frame_id=frame.id)}
        rows = [
            ImportedResponse(
                key=f"{group}|{school}|{number}",
                group=group,
                school_id=schools[school],
                version_id=paper.version_id,
                answers=bytes([4, 4, 4]) if number < happy else bytes([1, 1, 1]),
                language="zh-CN",
                received_on=factories.TODAY,
            )
            for (group, school), (happy, unhappy) in counts.items()
            for number in range(happy + unhappy)
        ]
        responses.add_imported(session, campaign_id=campaign.id, rows=rows, secret=factories.SECRET)
    return campaign
