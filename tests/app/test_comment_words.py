"""Key words and lines of comments at the doors: the pages, the files and the commands."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from sqlalchemy import insert

from app.edge import Renke
from app.wording import p_of, share_of_rest
from surveys import campaigns, trail
from surveys.comments import MOST_LINES, KeyWord
from surveys.models import Comment
from tests import factories
from tests.app.conftest import Clock
from tests.app.desk import Desk, add_people

DATABASES = ("sqlite",)
PAGE = "/console/campaigns/tiny/comments"
SAID = {
    "parent": [("王老师作业太多，孩子写到十一点", 60), ("食堂", 40), ("<b>校服</b>=1+1", 12), ("操场积水", 9)],
    "teacher": [("作业", 9), ("职称难评\x1b[31m\n\u202e红", 50), ("食堂", 40)],
    "principal": [("迎检", 9)],
}


def say(app: Renke, said: dict[str, list[tuple[str, int]]], *, close: bool = True, first: int = 0) -> None:
    with app.database.begin() as session:
        found = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        texts = [(group, text) for group, parts in said.items() for text, count in parts for _ in range(count)]
        rows = [
            {"campaign_id": found.id, "id": number.to_bytes(16, "big"), "group": group, "text": text}
            for number, (group, text) in enumerate(texts, start=first)
        ]
        session.execute(insert(Comment), rows)
        if close:
            campaigns.close_campaign(session, name="tiny", now=factories.NOW)


@pytest.fixture
def desk(app: Renke) -> Desk:
    add_people(app)
    desk = Desk(app.test_client())
    desk.sign_in("evaluator")
    return desk


def run(app: Renke, *words: str, status: int = 0) -> str:
    done = app.test_cli_runner().invoke(args=list(words))
    assert done.exit_code == status, done.output
    return str(done.output)


# Pages


def test_nothing_is_shown_before_closing(app: Renke, desk: Desk) -> None:
    say(app, SAID, close=False)
    for address in (f"{PAGE}/words", f"{PAGE}/lines?word=作业"):
        page = desk.get(address)
        assert (page.status, "结束之后才能看" in page.words, "职称" in page.words) == (200, True, False)
    assert desk.client.get(f"{PAGE}/words.csv").status_code == 409


def test_words_of_a_group_with_what_it_says_more_than_the_others(app: Renke, desk: Desk) -> None:
    say(app, SAID)
    page = desk.get(f"{PAGE}/words")
    surest = page.rows(0)
    assert [row[0] for row in surest][:1] == ["作业"]
    word, _drawn, share, interval, count, rest, z, p = surest[0]
    assert (word, share, count, rest, p) == ("作业", "49.6%", "60", "≤9.1%", "<0.001")
    assert (interval, float(z) > 4) == ("40.8% – 58.4%", True)
    assert "操场" not in page.words, "nine parents are too few"
    assert "校长" not in "".join(row[0] for row in surest)
    assert [each for each in page.links() if "/comments/lines?word=" in each]
    teachers = desk.get(f"{PAGE}/words?group=teacher")
    assert [row[0] for row in teachers.rows(0)] == ["职称", "难评"]
    assert "作业" not in {row[0] for row in teachers.rows(1)}
    assert desk.get(f"{PAGE}/words?group=principal").rows(0) == surest, "a group of few is not one to choose"
    assert "迎检" not in teachers.words


def test_without_comments_there_are_no_words(app: Renke, desk: Desk) -> None:
    with app.database.begin() as session:
        campaigns.close_campaign(session, name="tiny", now=factories.NOW)
    assert "没有人留言" in desk.get(f"{PAGE}/words").words


def test_one_group_alone_is_not_compared_and_one_of_few_has_no_words(app: Renke, desk: Desk) -> None:
    say(app, {"parent": [("食堂", 9)]})
    page = desk.get(f"{PAGE}/words")
    assert ("没有哪一类对象的留言够多" in page.words, "食堂" in page.words) == (True, False)
    say(app, {"parent": [("操场", 12)]}, close=False, first=9)
    page = desk.get(f"{PAGE}/words")
    assert [row[0] for row in page.rows(0)] == ["操场"]
    assert "比其他对象更常说" not in page.words


def test_lines_of_a_word(app: Renke, desk: Desk) -> None:
    say(app, SAID)
    page = desk.get(f"{PAGE}/lines?word=作业")
    said = "".join(text for each in page.all("span", class_="before") for text in each.itertext())
    assert "60 行" in page.words
    assert ("〔姓名〕老师" in said, "王" in said) == (True, False)
    assert len(desk.get(f"{PAGE}/lines?word=作业&page=2").all("mark")) == 10
    assert desk.get(f"{PAGE}/lines?word=作业&page=99").all("mark") == []
    teachers = desk.get(f"{PAGE}/lines?word=职称&group=teacher")
    assert (len(teachers.all("mark")), "\x1b" in teachers.words, "\u202e" in teachers.words) == (50, False, False)
    assert "<b>" in desk.get(f"{PAGE}/lines?word=校服").words, "what looks like a tag is text"


def test_what_few_have_has_no_line(app: Renke, desk: Desk) -> None:
    say(app, SAID)
    for asked in ("操场", "迎检", "王老师", "", "%ED%A0%80", "x" * 10_000, "作业&group=teacher"):
        page = desk.get(f"{PAGE}/lines?word={asked}")
        assert (asked, page.status, page.all("mark")) == (asked, 200, [])


def test_whoever_looks_is_told(app: Renke, desk: Desk) -> None:
    say(app, SAID)
    desk.get(f"{PAGE}/words")
    desk.get(f"{PAGE}/lines?word=作业")
    desk.client.get(f"{PAGE}/words.json")
    run(app, "comments", "lines", "tiny", "作业")
    with app.database.read() as session:
        found = campaigns.get_campaign(session, name="tiny", now=factories.NOW)
        deeds = trail.list_deeds(session, campaign_id=found.id)
    told = [(each.by, each.facts["what"]) for each in deeds if each.action in (trail.SEEN, trail.TAKEN)]
    assert told == [
        (trail.AT_THE_SHELL, "concordance_page"),
        ("evaluator", "keywords_file"),
        ("evaluator", "concordance_page"),
        ("evaluator", "keywords_page"),
    ]


# Files


def test_files_hold_all_words_with_the_method_and_no_formula(app: Renke, desk: Desk) -> None:
    say(app, SAID)
    answer = desk.client.get(f"{PAGE}/words.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {(row["调查对象"], row["词"]) for row in rows} >= {("家长", "作业"), ("教师", "职称"), ("教师", "食堂")}
    assert not {row["词"] for row in rows} & {"操场", "迎检"}
    assert all("Monroe" in row["怎样算出来的"] for row in rows)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "@", "+"))]
    plain = json.loads(desk.client.get(f"{PAGE}/words.json").data)
    groups = {each["group"]: each for each in plain["groups"]}
    assert groups["principal"] == {
        "group": "principal",
        "comments": None,
        "read": 0,
        "rest": 0,
        "tests": 0,
        "words": [],
    }
    word = next(each for each in groups["parent"]["words"] if each["word"] == "作业")
    row = next(each for each in rows if (each["调查对象"], each["词"]) == ("家长", "作业"))
    assert (float(row["占比"]), float(row["z"]), row["只是上限"]) == (word["share"], word["z"], "是")
    assert desk.client.get(f"{PAGE}/words.xlsx").status_code == 404


def test_numbers_are_written_as_what_they_are() -> None:
    word = KeyWord("作业", 12, 0.5, 0.4, 0.6)
    assert (share_of_rest(word), p_of(word)) == ("—", "—")
    sure = KeyWord("作业", 12, 0.5, 0.4, 0.6, 0.1, True, 9.0, 0.0)
    assert (share_of_rest(sure), p_of(sure)) == ("≤10.0%", "<0.001")


# Commands


def test_words_at_the_shell(app: Renke, desk: Desk, tmp_path: Path) -> None:
    say(app, SAID)
    shown = run(app, "comments", "words", "tiny")
    assert ("作业" in shown, "职称" in shown, "操场" in shown, "Monroe" in shown) == (True, True, False, True)
    assert "校长：留言不到 10 条" in shown
    assert "职称" not in run(app, "comments", "words", "tiny", "--group", "parent")
    plain = json.loads(run(app, "comments", "words", "tiny", "--group", "teacher", "--json"))
    assert [each["group"] for each in plain["groups"]] == ["teacher"]
    run(app, "comments", "words", "tiny", "--out", str(tmp_path / "words.csv"))
    assert (tmp_path / "words.csv").read_bytes().decode("utf-8-sig").startswith("调查对象,词")


def test_lines_at_the_shell(app: Renke, desk: Desk) -> None:
    say(app, SAID)
    shown = run(app, "comments", "lines", "tiny", "职称", "--group", "teacher")
    assert (shown.count("[职称]"), "\x1b" in shown, "50 行" in shown) == (50, False, True)
    assert "不显示" in run(app, "comments", "lines", "tiny", "操场", status=1)


def test_what_cannot_be_asked(app: Renke, desk: Desk) -> None:
    say(app, SAID)
    for words, said in (
        (("words", "tiny", "--group", "principal"), "没有“校长”这一类"),
        (("lines", "tiny", "作业", "--group", "nobody"), "可用的有：parent, teacher"),
        (("words", "nothing"), "nothing"),
    ):
        assert said in run(app, "comments", *words, status=1)
    for nothing in ("", "  "):
        assert "不能是空的" in run(app, "comments", "lines", "tiny", nothing, status=2)


def test_commands_wait_for_closing(app: Renke, desk: Desk) -> None:
    say(app, SAID, close=False)
    assert "结束以后" in run(app, "comments", "words", "tiny", status=1)


def test_more_lines_than_anybody_reads_are_left_out(app: Renke, desk: Desk, clock: Clock) -> None:
    say(app, {"parent": [("作业", MOST_LINES + 5)]})
    assert f"每类对象最多列 {MOST_LINES} 行" in desk.get(f"{PAGE}/lines?word=作业").words
