"""A respondent's visit: a browser without script that checks every page it is shown."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.inlined import SCRIPT

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
LABELLED = ("input", "textarea", "select")


@dataclass
class Page:
    """One answer of the server, checked."""

    response: TestResponse
    html: str
    tree: Element

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def title(self) -> str:
        return text(one(self.tree, "title"))

    @property
    def heading(self) -> str:
        return text(one(self.tree, "h1"))

    @property
    def language(self) -> str:
        return self.tree.get("lang", "")

    @property
    def words(self) -> str:
        return text(one(self.tree, "body"))

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements by tag and attributes; `class_` is one of the classes."""
        return [each for each in every(self.tree, tag) if matches(each, attributes)]

    def fields(self) -> dict[str, str]:
        """What a browser would send if nothing more was touched."""
        found = {each.get("name", ""): each.get("value", "") for each in self.all("input", type="hidden")}
        for each in self.all("input", type="radio"):
            if each.get("checked") is not None:
                found[each.get("name", "")] = each.get("value", "")
        for each in self.all("textarea"):
            found[each.get("name", "")] = (each.text or "").removeprefix("\n")
        return found

    def options(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for each in self.all("input", type="radio"):
            found.setdefault(each.get("name", ""), []).append(each.get("value", ""))
        return found


@dataclass
class Visit:
    """Follows links and sends forms of one browser; `size` of each compressed page is kept."""

    client: FlaskClient
    language: str = "zh-CN"
    address: str = field(default="", repr=False)
    sizes: list[int] = field(default_factory=list)

    def get(self, address: str, **options: Any) -> Page:
        return self.open("GET", address, **options)

    def post(self, address: str, data: Any, **options: Any) -> Page:
        return self.open("POST", address, data=data, **options)

    def open(self, method: str, address: str, **options: Any) -> Page:
        headers = {"Accept-Language": self.language, "Accept-Encoding": "gzip", **options.pop("headers", {})}
        response = self.client.open(urljoin(self.address, address), method=method, headers=headers, **options)
        self.address = response.request.path
        if response.status_code in (301, 302, 303, 307, 308):
            return self.get(response.headers["Location"])
        self.sizes.append(len(response.data))
        return checked(response)

    def answer(self, code: str, **changes: str) -> Page:
        """Open the questionnaire, choose the first option everywhere but for `changes`, and send it."""
        page = self.get(f"/r/{code}")
        assert page.status == 200
        return self.post(f"/r/{code}", filled(page, **changes))


def filled(page: Page, **changes: Any) -> dict[str, Any]:
    first = {name: values[0] for name, values in page.options().items()}
    return {**page.fields(), **first, **changes}


def checked(response: TestResponse) -> Page:
    """The page, after every check that holds for all pages."""
    data = gzip.decompress(response.data) if response.headers.get("Content-Encoding") == "gzip" else response.data
    html = data.decode("utf-8")
    assert response.mimetype == "text/html", response.mimetype
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=True).parse(html)
    page = Page(response, html, tree)
    assert page.language in ("zh-CN", "en")
    assert response.headers.get("Content-Language", page.language) == page.language
    assert page.title.removeprefix("错误：").removeprefix("Error: ") == page.heading != ""
    assert_ids(page)
    assert_labels(page)
    assert_nothing_from_elsewhere(page)
    assert response.headers["Cache-Control"] == "no-store"
    viewport = page.all("meta", name="viewport")[0].get("content", "")
    assert "scale=1" in viewport
    assert "maximum" not in viewport
    assert "user-scalable" not in viewport
    return page


def assert_ids(page: Page) -> None:
    ids = Counter(each.get("id") for each in page.tree.iter() if each.get("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    for each in page.tree.iter():
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            for name in (each.get(attribute) or "").split():
                assert name in ids, f"{attribute}={name} leads nowhere"
        if (each.get("href") or "").startswith("#"):
            assert (each.get("href") or "")[1:] in ids


def assert_labels(page: Page) -> None:
    """Every control is inside a label, or named by one."""
    named = {each.get("for") for each in page.all("label")}
    inside = {child for label in page.all("label") for child in label.iter()}
    for tag in LABELLED:
        for each in page.all(tag):
            if each.get("type") != "hidden":
                assert each in inside or each.get("id") in named, f"no label for {each.get('name')}"
    for each in page.all("fieldset"):
        assert text(one(each, "legend"))


def assert_nothing_from_elsewhere(page: Page) -> None:
    """No script but the one, no handler, no style attribute, no address of another host, no second request."""
    assert [(each.text, dict(each.attrib)) for each in page.all("script")] in ([], [(SCRIPT.text, {})])
    for each in page.tree.iter():
        for name, value in each.attrib.items():
            assert not name.startswith("on")
            assert name != "style"
            if name in ("href", "src", "action", "formaction"):
                assert not urlsplit(value).netloc
                assert urlsplit(value).scheme in ("", "data")
        assert each.tag not in (f"{NAMESPACE}img", f"{NAMESPACE}iframe")
    assert [each.get("href") for each in page.all("link")] in ([], ["data:,"])
    assert not re.search(r"url\(|@import", page.html)


def every(element: Element, tag: str) -> list[Element]:
    return list(element.iter(NAMESPACE + tag))


def one(element: Element, tag: str) -> Element:
    (found,) = every(element, tag)
    return found


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def matches(element: Element, attributes: dict[str, str]) -> bool:
    wanted = dict(attributes)
    group = wanted.pop("class_", None)
    if group is not None and group not in (element.get("class") or "").split():
        return False
    return all(element.get(name) == value for name, value in wanted.items())
