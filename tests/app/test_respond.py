"""The respondents' door, from the code to the receipt, on both databases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.edge import Renke
from surveys import campaigns, models
from surveys.codes import Slip
from surveys.db import Database
from surveys.instruments.library import library_document
from surveys.instruments.parsing import parse_instrument
from tests import factories
from tests.app.conftest import Clock
from tests.app.visits import Visit, filled, text

KIB = 1024


@dataclass
class Fieldwork:
    """An open campaign with a poster for every place and two slips for parents of P01."""

    database: Database
    posters: tuple[Slip, ...]
    slips: tuple[Slip, ...]

    @property
    def poster(self) -> str:
        return self.poster_of("parent", "P01")

    @property
    def slip(self) -> str:
        return self.slips[0].token

    def poster_of(self, group: str, school: str | None) -> str:
        return next(each.token for each in self.posters if (each.group, each.school_code) == (group, school))

    def stored(self) -> list[models.Response]:
        with self.database.read() as session:
            return list(session.scalars(select(models.Response)))

    def comments(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(models.Comment.text)))

    def used(self) -> int:
        with self.database.read() as session:
            return len(factories.used_codes(session))


def prepare(database: Database, **changes: Any) -> Fieldwork:
    with database.begin() as session:
        campaign = factories.add_campaign(session, contact="0000-0000", approval="模拟〔2026〕1号", **changes)
        posters = factories.add_posters(session, campaign)
        slips = factories.add_slips(session, campaign, count=2)
    return Fieldwork(database, posters, slips)


@pytest.fixture
def fieldwork(database: Database) -> Fieldwork:
    return prepare(database)


@pytest.fixture
def visit(client: FlaskClient) -> Visit:
    return Visit(client)


# Opening


def test_the_page_says_who_asks_and_for_whom_it_is(visit: Visit, fieldwork: Fieldwork) -> None:
    page = visit.get(f"/r/{fieldwork.poster}")
    assert page.status == 200
    assert page.heading == "小问卷"
    assert page.language == "zh-CN"
    for words in (
        "小调查",
        "模拟县督导委员会",
        "模拟〔2026〕1号",
        "P01学校（模拟） · 家长",
        "3 题，约 1 分钟",
        "0000-0000",
    ):
        assert words in page.words
    assert "答卷里没有姓名、电话、微信号、手机型号和上网地址，也没有几点几分" in page.words
    assert "谁也不能规定、暗示怎么选" in page.words
    assert text(page.all("p", class_="trial")[0]).startswith("模拟数据")
    assert "Set-Cookie" not in page.response.headers
    assert page.fields().keys() == {"_form", "_comment"}, "nothing is chosen beforehand"


def test_who_is_among_few_is_promised_what_can_be_held(visit: Visit, fieldwork: Fieldwork) -> None:
    """The answers of the only principal are the principal's, wherever the code is kept."""
    apart, merged = "对不到一起", "不单独出结果，只并入全县"
    for group, school, few in (
        ("principal", "P01", True),
        ("teacher", "P01", True),
        ("teacher", "J01", False),
        ("parent", "P01", False),
        ("npc_deputy", None, False),
    ):
        words = visit.get(f"/r/{fieldwork.poster_of(group, school)}").words
        assert ((apart in words), (merged in words)) == (not few, few), group


def test_questions_are_plain_lists_of_words(visit: Visit, fieldwork: Fieldwork) -> None:
    page = visit.get(f"/r/{fieldwork.poster}")
    first, second, _third = page.all("fieldset")
    assert text(first[0]) == "1. teaching 必答"
    assert text(second[0]) == "2. homework 可以不答"
    labels = [each for each in first.iter() if each.tag.endswith("label")]
    assert [text(each) for each in labels] == ["非常满意", "满意", "基本满意", "不满意", "不了解"]
    assert [each.get("class") for each in labels] == ["o", "o", "o", "o", "o k"], "don't know stands apart"
    assert page.options()["teaching"] == ["4", "3", "2", "1", "9"]


def test_a_code_opens_however_it_is_written(visit: Visit, fieldwork: Fieldwork) -> None:
    for code in (fieldwork.slips[0].token, fieldwork.slips[0].typed, fieldwork.slips[0].typed.replace("-", "")):
        for written in (code, code.lower(), f" {code[:5]} {code[5:]} ", code.replace("0", "o").replace("1", "l")):
            assert visit.get(f"/r/{written}").status == 200


def test_languages_and_sizes_are_kept(visit: Visit, fieldwork: Fieldwork) -> None:
    page = visit.get(f"/r/{fieldwork.poster}?lang=en&size=huge")
    assert (page.language, page.heading) == ("en", "(小问卷)")
    assert page.tree.get("class") == "huge"
    again = visit.get(f"/r/{fieldwork.poster}")
    assert (again.language, again.tree.get("class")) == ("en", "huge"), "remembered by cookies"
    assert again.response.headers["Content-Language"] == "en"
    back = visit.get(f"/r/{fieldwork.poster}?lang=zh-CN&size=standard")
    assert (back.language, back.tree.get("class")) == ("zh-CN", "standard")
    assert visit.get(f"/r/{fieldwork.poster}?lang=xx&size=xx&paper=xx").status == 200


def test_a_switch_in_the_middle_keeps_what_was_typed(visit: Visit, fieldwork: Fieldwork) -> None:
    page = visit.get(f"/r/{fieldwork.poster}")
    (english,) = page.all("button", lang="en")
    sent = {**page.fields(), "teaching": "9", "_comment": "第一行\r\n<b>第二行", english.get("name", ""): "1"}
    turned = visit.post(english.get("formaction", ""), sent)
    assert turned.status == 200
    assert turned.language == "en"
    kept = turned.fields()
    assert (kept["teaching"], kept["_comment"]) == ("9", "第一行\n<b>第二行")
    assert fieldwork.stored() == []
    done = visit.post(f"/r/{fieldwork.poster}", filled(turned))
    assert done.language == "en"
    assert [row.language for row in fieldwork.stored()] == ["en"]
    assert page.all("button", type="submit")[0].get("formaction") is None, "Enter presses the first: not a switch"


def test_a_school_with_several_papers_lets_people_choose(visit: Visit, database: Database) -> None:
    with database.begin() as session:
        for name, grades in (("younger", "3–6年级"), ("older", "7–9年级")):
            factories.publish_paper(session, instrument=name, groups=["student"], grades=factories.both(grades))
    papers = {"student": ["younger", "older"], "parent": ["tiny"], "teacher": ["tiny"], "principal": ["tiny"]}
    fieldwork = prepare(database, papers={**papers, "npc_deputy": ["tiny"]})
    code = fieldwork.poster_of("student", "P01")
    page = visit.get(f"/r/{code}?size=large")
    assert (page.status, page.heading) == (200, "请选择问卷")
    assert "模拟数据" in page.words
    links = page.all("a", class_="o")
    assert [text(each)[:5] for each in links] == ["3–6年级", "7–9年级"]
    chosen = visit.get(f"/r/{code}{links[1].get('href')}")
    assert (chosen.status, chosen.heading) == (200, "小问卷")
    assert chosen.tree.get("class") == "large"
    assert visit.post(f"/r/{code}", filled(chosen)).status == 200
    with database.read() as session:
        wanted = session.scalar(select(models.Instrument.id).where(models.Instrument.name == "older"))
        version = session.get_one(models.InstrumentVersion, fieldwork.stored()[0].version_id)
        assert version.instrument_id == wanted


def test_the_first_view_is_one_round_trip(visit: Visit, database: Database) -> None:
    """A 20-question paper in Chinese: one request of at most 14 KiB compressed."""
    item = {"role": "item", "dimension": "education_quality", "scale": "satisfaction-4"}
    words = "本县第{}个乡镇和街道的小学与初中在教学条件和教师力量方面的均衡情况，您满意不满意？"
    items = [{"id": f"q{number}", "text": factories.both(words.format(number)), **item} for number in range(1, 20)]
    items.append({"id": "overall", "role": "overall", "text": factories.both("总的来说？"), "scale": "satisfaction-4"})
    with database.begin() as session:
        factories.add_county(session)
        factories.publish_paper(
            session, instrument="long", sections=[{"id": "all", "title": factories.both("全部"), "items": items}]
        )
    papers = {group: ["long"] for group in ("student", "parent", "teacher", "principal", "npc_deputy")}
    fieldwork = prepare(database, papers=papers)
    page = visit.get(f"/r/{fieldwork.poster}")
    assert len(page.all("fieldset")) == 20
    assert page.response.headers["Content-Encoding"] == "gzip"
    assert visit.sizes[0] <= 14 * KIB
    plain = visit.get(f"/r/{fieldwork.poster}", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.response.headers
    assert "Accept-Encoding" in plain.response.headers["Vary"]


def test_every_paper_of_the_library_is_light_in_every_language(visit: Visit, database: Database) -> None:
    names = {group: [group] for group in ("parent", "teacher", "principal")}
    papers = {**names, "student": ["student-g3-6", "student-g7-9"], "npc_deputy": ["social"]}
    fieldwork = prepare(database, papers=papers)
    places = {"student-g3-6": ("student", "P01"), "student-g7-9": ("student", "J01"), "social": ("npc_deputy", None)}
    for name in ("student-g3-6", "student-g7-9", "parent", "teacher", "principal", "social"):
        paper = parse_instrument(library_document(name))
        for language in paper.languages:
            page = visit.get(f"/r/{fieldwork.poster_of(*places.get(name, (name, 'P01')))}?lang={language}")
            assert (page.status, page.language) == (200, language)
            assert len(page.all("fieldset")) == len(paper.items)
            assert page.heading == paper.title[language]
    assert max(visit.sizes) <= 14 * KIB


# Handing in


def test_answers_become_one_response_and_a_receipt(visit: Visit, fieldwork: Fieldwork, clock: Clock) -> None:
    page = visit.get(f"/r/{fieldwork.slip}")
    clock.now += timedelta(seconds=31)
    receipt = visit.post(f"/r/{fieldwork.slip}", filled(page, teaching="2", homework="", _comment="操场太小\r\n谢谢"))
    assert (receipt.status, receipt.heading) == (200, "答卷已收到，谢谢！")
    assert re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", receipt.words)
    assert "2026年5月12日" in receipt.words
    assert "模拟数据" in receipt.words
    assert "操场" not in receipt.html
    (row,) = fieldwork.stored()
    assert row.answers == bytes([2, 0, 4])
    assert (row.group, row.language, row.channel, row.received_on) == ("parent", "zh-CN", "personal", date(2026, 5, 12))
    assert row.pace == 31 // 3
    assert not row.repeat_device
    assert fieldwork.comments() == ["操场太小\n谢谢"]


def test_a_double_tap_and_a_repeat_after_the_close_get_the_first_receipt(
    visit: Visit, fieldwork: Fieldwork, clock: Clock
) -> None:
    page = visit.get(f"/r/{fieldwork.slip}")
    first = visit.post(f"/r/{fieldwork.slip}", filled(page))
    again = visit.post(f"/r/{fieldwork.slip}", filled(page))
    with fieldwork.database.begin() as session:
        campaigns.close_campaign(session, name="tiny", now=clock.now + timedelta(hours=1))
    clock.now += timedelta(days=2)
    late = visit.post(f"/r/{fieldwork.slip}", filled(page, teaching="1"))
    assert first.words == again.words == late.words, "the number and the first day"
    assert len(fieldwork.stored()) == 1
    assert fieldwork.used() == 1


def test_a_used_code_says_received_and_the_day(visit: Visit, fieldwork: Fieldwork, clock: Clock) -> None:
    visit.answer(fieldwork.slip)
    clock.now += timedelta(days=3)
    for address in (fieldwork.slip, fieldwork.slips[0].typed):
        page = visit.get(f"/r/{address}")
        assert page.status == 410
        assert "2026年5月12日" in page.words
        assert "模拟数据" in page.words
        assert page.all("form") == []


def test_two_pages_of_one_personal_code_give_one_response(visit: Visit, fieldwork: Fieldwork) -> None:
    one, two = visit.get(f"/r/{fieldwork.slip}"), visit.get(f"/r/{fieldwork.slip}")
    assert one.fields()["_form"] != two.fields()["_form"]
    assert visit.post(f"/r/{fieldwork.slip}", filled(one)).status == 200
    assert visit.post(f"/r/{fieldwork.slip}", filled(two)).status == 410
    assert len(fieldwork.stored()) == 1


def test_a_phone_that_answered_this_poster_before_is_marked_yes(app: Renke, fieldwork: Fieldwork) -> None:
    phone, other = Visit(app.test_client()), Visit(app.test_client())
    assert phone.answer(fieldwork.poster).status == 200
    (cookie,) = [each for each in phone.client._cookies.values() if each.key == "answered"]
    assert cookie.value == "1", "a yes, not an id"
    assert phone.answer(fieldwork.poster).status == 200
    assert phone.answer(fieldwork.poster_of("teacher", "P01")).status == 200
    assert other.answer(fieldwork.poster).status == 200
    assert phone.answer(fieldwork.slip).status == 200
    marks = sorted((row.channel, row.group, row.repeat_device) for row in fieldwork.stored())
    assert marks == [
        ("open", "parent", False),
        ("open", "parent", False),
        ("open", "parent", True),
        ("open", "teacher", False),
        ("personal", "parent", False),
    ]


def test_missing_answers_come_back_with_a_summary_that_leads_to_each(visit: Visit, fieldwork: Fieldwork) -> None:
    page = visit.get(f"/r/{fieldwork.poster}")
    sent = {**page.fields(), "homework": "3", "_comment": "已经写好的"}
    back = visit.post(f"/r/{fieldwork.poster}", sent)
    assert back.status == 422
    assert back.title.startswith("错误：")
    (summary,) = back.all("div", role="alert")
    assert summary.get("tabindex") == "-1"
    links = [each for each in summary.iter() if each.get("href")]
    assert [(each.get("href"), text(each)) for each in links] == [
        ("#q-teaching", "第 1 题：请选一个答案"),
        ("#q-overall", "第 3 题：请选一个答案"),
    ]
    assert back.html.index('role="alert"') < back.html.index("<h1")
    kept = back.fields()
    assert (kept["homework"], kept["_comment"]) == ("3", "已经写好的")
    assert kept["_form"] == page.fields()["_form"], "the same key: a repeat stays one response"
    assert fieldwork.stored() == []
    assert visit.post(f"/r/{fieldwork.poster}", filled(back, homework="3")).status == 200
    assert [row.answers for row in fieldwork.stored()] == [bytes([4, 3, 4])]


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"teaching": "7"}, "请从下面的答案中选一个"),
    ({"teaching": "非常满意"}, "请从下面的答案中选一个"),
    ({"teaching": "4\x00"}, "请从下面的答案中选一个"),
    ({"teaching": ["4", "3"]}, "只能选一个答案"),
    ({"q99": "1"}, "问卷以外的内容"),
    ({"<script>": "1"}, "问卷以外的内容"),
    ({"nul\x00": "1"}, "问卷以外的内容"),
    ({"_comment": "长" * 101}, "意见最多写 100 字，现在是 101 字"),
    ({"_comment": "有\x00\x01\ufffe\U0001ffff空"}, "无法识别的字符"),
]


def test_answers_that_do_not_fit_are_shown_at_their_place(visit: Visit, fieldwork: Fieldwork) -> None:
    page = visit.get(f"/r/{fieldwork.slip}")
    for changes, words in UNFIT:
        back = visit.post(f"/r/{fieldwork.slip}", filled(page, **changes))
        assert back.status == 422
        (summary,) = back.all("div", role="alert")
        assert words in text(summary)
        assert_nothing_stored(fieldwork)
    assert visit.post(f"/r/{fieldwork.slip}", filled(back)).status == 200, "what came back can be sent"


def assert_nothing_stored(fieldwork: Fieldwork) -> None:
    assert fieldwork.stored() == []
    assert fieldwork.comments() == []
    assert fieldwork.used() == 0


# Tokens


def test_a_page_without_its_key_or_with_another_is_refused(visit: Visit, fieldwork: Fieldwork) -> None:
    page = visit.get(f"/r/{fieldwork.slip}")
    other = visit.get(f"/r/{fieldwork.slips[1].token}")
    token = page.fields()["_form"]
    body, _, signature = token.rpartition(".")
    bad = [None, "", "x", "é", token[:-2], token + "A", f"{body}x.{signature}", other.fields()["_form"], [token, token]]
    for each in bad:
        sent = {name: value for name, value in filled(page, _form=each).items() if value is not None}
        refused = visit.post(f"/r/{fieldwork.slip}", sent)
        assert refused.status == 422
        assert "没有保存任何内容" in refused.words
        assert_nothing_stored(fieldwork)
    assert fieldwork.slip not in token
    assert visit.post(f"/r/{fieldwork.slips[0].typed}", filled(page)).status == 200, "either form of the code"


def test_a_receipt_address_that_was_changed_shows_nothing(visit: Visit, fieldwork: Fieldwork) -> None:
    visit.answer(fieldwork.slip)
    address = visit.address
    assert visit.get(f"{address}?lang=en").language == "en"
    for bad in (address[:-1], address + "A", "/r/receipt/x", "/r/receipt/é"):
        assert visit.get(bad).status == 404


# Doors that do not open


def test_unknown_mistyped_and_void_codes(visit: Visit, fieldwork: Fieldwork) -> None:
    typed = fieldwork.slips[0].typed
    wrong = typed[:-1] + next(sign for sign in "0123456789" if sign != typed[-1])
    with fieldwork.database.begin() as session:
        factories.void(session, models.Code.position == 2)
    pages = {
        "0" * 24: (404, "没有找到这个答题码"),
        "nonsense": (404, "没有找到这个答题码"),
        "七" * 10: (422, "答题码好像输错了"),
        "x" * 5000: (404, "没有找到这个答题码"),
        wrong: (422, "答题码好像输错了"),
        fieldwork.slips[1].token: (410, "这个答题码已作废"),
    }
    for code, expected in pages.items():
        page = visit.get(f"/r/{code}")
        assert (page.status, page.heading) == expected
        assert visit.post(f"/r/{code}", {"_form": "x"}).status == expected[0]
    assert fieldwork.stored() == []


@pytest.mark.parametrize(
    ("opens", "closes", "status", "words"),
    [
        (timedelta(days=1), timedelta(days=9), 403, "2026年5月13日 10:00开放"),
        (timedelta(days=-9), timedelta(days=-1), 410, "已于2026年5月11日 10:00结束"),
        (None, None, 403, "开放时间还没有定"),
    ],
)
def test_before_and_after_the_survey(
    visit: Visit, database: Database, opens: timedelta | None, closes: timedelta | None, status: int, words: str
) -> None:
    times = {"opens": opens, "closes": closes}
    fieldwork = prepare(
        database, **{name: None if gap is None else (factories.NOW + gap).isoformat() for name, gap in times.items()}
    )
    page = visit.get(f"/r/{fieldwork.poster}")
    assert page.status == status
    assert words in page.words
    assert "模拟数据" in page.words
    assert "0000-0000" in page.words
    assert "tiny" not in page.html, "the campaign's internal name is nobody's business"


def test_a_page_opened_before_the_close_is_refused_after_it(visit: Visit, fieldwork: Fieldwork, clock: Clock) -> None:
    page = visit.get(f"/r/{fieldwork.slip}")
    with fieldwork.database.begin() as session:
        campaigns.close_campaign(session, name="tiny", now=clock.now)
    assert visit.post(f"/r/{fieldwork.slip}", filled(page)).status == 410
    assert_nothing_stored(fieldwork)


# Typing a code


def test_typing_a_code(visit: Visit, fieldwork: Fieldwork) -> None:
    page = visit.get("/r/?lang=en&size=large")
    assert page.status == 200
    assert {each.get("name"): each.get("value") for each in page.all("input", type="hidden")} == {
        "lang": "en",
        "size": "large",
    }
    typed = fieldwork.slips[0].typed
    opened = visit.get(f"/r/?code=%20{typed.lower()}&lang=en&size=large")
    assert (opened.status, opened.language, opened.tree.get("class")) == (200, "en", "large")
    assert visit.address == f"/r/{typed.replace('-', '')}"


SLIPS_OF_THE_HAND = [
    ("", "请输入纸条上的答题码"),
    (" - ", "请输入纸条上的答题码"),
    ("A\x00B\x1fC", "现在是 3 个"),
    ("ABCDE", "答题码是 10 个字符，现在是 5 个"),
    ("UUUUU-UUUUU", "没有字母 U"),
    ("答题码", "没有字母 U"),
    ("00000-00001", "有一个字符对不上"),
    ("x" * 3000, "个字符"),
    ('"><script>alert(1)</script>', "没有字母 U"),
]


def test_a_code_typed_wrong_is_corrected_in_place(visit: Visit) -> None:
    for typed, words in SLIPS_OF_THE_HAND:
        page = visit.get("/r/", query_string={"code": typed})
        assert page.status == 422
        assert page.title == "错误：输入答题码"
        (summary,) = page.all("div", role="alert")
        assert words in text(summary)
        assert page.all("input", id="code")[0].get("value") == "".join(filter(str.isprintable, typed[:60]))


# Bodies that no form of ours sends


STRANGE: list[tuple[str | bytes, str, int]] = [
    ("a" * 70_000, "application/x-www-form-urlencoded", 413),
    ("{}", "application/json", 415),
    ("x", "text/plain", 415),
    ("x", "", 415),
    ("--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415),
    (b"\xff\xfe=1", "application/x-www-form-urlencoded", 400),
    ("_comment=%ED%A0%80", "application/x-www-form-urlencoded", 400),
    ("_comment=%FF", "application/x-www-form-urlencoded", 400),
    ("&".join(f"a{number}=1" for number in range(700)), "application/x-www-form-urlencoded", 400),
    ("", "application/x-www-form-urlencoded", 422),
    ("%00=%00&=&&&", "application/x-www-form-urlencoded", 422),
]


def test_strange_bodies_get_a_page_and_leave_nothing(visit: Visit, fieldwork: Fieldwork) -> None:
    for body, kind, status in STRANGE:
        page = visit.post(f"/r/{fieldwork.slip}", body, content_type=kind)
        assert page.status == status
        assert "没有保存任何内容" in page.words
        assert_nothing_stored(fieldwork)


def test_other_methods(client: FlaskClient, fieldwork: Fieldwork) -> None:
    address = f"/r/{fieldwork.slip}"
    head = client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    options = client.options(address)
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    for method in ("PUT", "DELETE", "PATCH"):
        page = Visit(client).open(method, address)
        assert page.status == 405
    assert Visit(client).post("/r/", {}).status == 405
    assert Visit(client).get(f"{address}/more").status == 404
    assert client.get("/r").status_code == 308


# Guessing


def test_guessing_stops_and_a_school_behind_the_same_address_goes_on(app: Renke, fieldwork: Fieldwork) -> None:
    guesser, school = Visit(app.test_client()), Visit(app.test_client())
    for _ in range(60):
        assert school.get(f"/r/{fieldwork.slip}").status == 200
        assert school.get("/r/00000-00001").status == 422, "mistyped codes are no guesses"
    statuses = [guesser.get("/r/0000000000").status for _ in range(31)]
    assert statuses == [404] * 30 + [429]
    refused = guesser.get("/r/0000000000")
    assert refused.response.headers["Retry-After"] == "60"
    assert guesser.get(f"/r/{fieldwork.slips[0].typed}").status == 429, "no guess tells whether it was right"
    assert guesser.get(f"/r/{'0' * 24}").status == 429
    assert school.get(f"/r/{fieldwork.slip}").status == 200, "who scans is not guessing"
    assert school.answer(fieldwork.poster).status == 200
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert guesser.get(f"/r/{fieldwork.slips[0].typed}", **elsewhere).status == 200
    assert guesser.post("/r/0000000000", {"_form": "x"}).status == 429


def test_one_ipv6_network_counts_as_one(client: FlaskClient, fieldwork: Fieldwork) -> None:
    visit = Visit(client)
    for number in range(31):
        page = visit.get("/r/0000000000", environ_base={"REMOTE_ADDR": f"2001:db8::{number:x}"})
    assert page.status == 429


# What is never written down


def test_codes_addresses_and_answers_never_reach_the_log(
    visit: Visit,
    fieldwork: Fieldwork,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level("DEBUG")
    typed = fieldwork.slips[1].typed
    page = visit.get(f"/r/{fieldwork.slip}")
    visit.post(f"/r/{fieldwork.slip}", {**page.fields(), "_comment": "不要记下来"})
    visit.answer(fieldwork.slip, _comment="不要记下来")
    visit.get(f"/r/?code={typed}")
    for _ in range(32):
        visit.get(f"/r/{'0' * 24}")

    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr("app.respond.doors.Doors._look_up_once", fail)
    assert visit.get(f"/r/{fieldwork.slips[1].token}").status == 500
    failed = visit.post(f"/r/{fieldwork.slips[1].token}", filled(page, _comment="不要记下来"))
    assert failed.status == 500
    log = caplog.text + "".join(capfd.readouterr())
    assert "the database is away" in log, "what failed is logged"
    keys = (fieldwork.slip, fieldwork.slips[1].token, typed, typed.replace("-", ""), page.fields()["_form"])
    for secret in (*keys, "不要记下来", "127.0.0.1", "0" * 24):
        assert secret not in log


def test_no_page_of_the_door_starts_a_session(visit: Visit, fieldwork: Fieldwork) -> None:
    visit.get("/r/")
    visit.get(f"/r/{fieldwork.slip}?lang=en&size=large")
    visit.answer(fieldwork.poster)
    visit.get("/r/unknown")
    assert {each.key for each in visit.client._cookies.values()} == {"lang", "size", "answered"}


def test_the_style_needs_nothing_from_elsewhere() -> None:
    style = (Path(__file__).parents[2] / "app/templates/respond/style.css").read_text("utf-8")
    assert "url(" not in style
    assert "@font-face" not in style
    assert len(style) < 8 * KIB
