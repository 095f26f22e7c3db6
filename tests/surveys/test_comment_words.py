"""Words of comments: how they are cut, which are shown of whom, and what can never be seen by them."""

from __future__ import annotations

from collections.abc import Mapping
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from analysis.wording import compare_words
from surveys.campaigns import close_campaign
from surveys.comments import KeyWords, WordShelf, concordance, list_key_words, list_lines, without_names
from surveys.comments.labels import LABELS
from surveys.comments.segmenting import split_words, words_of
from surveys.errors import SurveyError
from surveys.models import Comment
from surveys.publication.choosing import choose_rule
from surveys.remembering import PLACE, Memory
from tests.factories import NOW, add_campaign

FEWEST = 10


# Cutting


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("课后服务收费太高，双减以后作业变少了", {"课后服务", "收费", "双减", "作业"}),
        ("我们希望学校可以多开展体育活动", {"学校", "开展", "体育", "活动"}),
        ("Too much ＨＯＭＥＷＯＲＫ on weekends", {"homework", "weekends"}),
        ("=SUM(A1) +86 -1 @作业", {"sum", "作业"}),
        ("温馨、文明", {"温馨", "文明"}),
        ("好 的 1 2", set()),
        ("", set()),
    ],
)
def test_words_are_cut_by_their_meaning(text: str, words: set[str]) -> None:
    assert words_of(text) == words


def test_no_word_reaches_across_what_was_taken_out() -> None:
    assert words_of("作〔姓名〕业") == set()
    assert words_of("〔姓名〕老师〔班级〕作业") == {"老师", "作业"}


@pytest.mark.parametrize("name", ["诗涵", "阿依古丽", "买买提", "张子轩", "梓萱", "胖虎"])
def test_a_name_that_was_missed_is_no_word(name: str) -> None:
    assert name not in words_of(f"作业太多，{name}写到十一点")


def test_places_are_no_words() -> None:
    assert words_of("杭州的食堂比北京大学的好") == {"食堂"}


SIGNS = st.text(st.sampled_from("作业太多老师王1a=+ \x00\ud800\udfff〔姓名〕\n·，👩"), max_size=60)


@settings(max_examples=60, deadline=None)
@given(SIGNS)
def test_any_text_is_cut_and_nothing_of_it_is_lost(text: str) -> None:
    shown = without_names(text)
    assert "".join(each.text for each in split_words(shown)) == shown
    shown.encode("utf-8")
    assert "\x00" not in shown
    assert "".join(each.text for each in split_words(text)) == text


LONG = 10_000
CRUEL = [
    *"1张a+=好\x00\ud800·〇微6 ",
    *("1 ", "1-", "1 3", "a@", "a.", "老师", "微信", "王某", "86 ",
    "qq", "学号", "住在", "阿依", "张·", "叫 ", "作业", "wxid_"),
    *("Wang Li ", "京A", "3幢", "路1", "小名", "Mr Aa", "q q 1 ", "〔姓名〕", "单元1"),
]  # fmt: skip


def test_a_comment_of_ten_thousand_signs_takes_a_fraction_of_a_second() -> None:
    texts = [(each * LONG)[:LONG] for each in CRUEL]
    texts += ["Wang A" + "a" * LONG + "1", "微信" + " " * LONG + "x", "叫" + " " * LONG + "王", "1" + "," * LONG + "3"]
    slow = {}
    for text in texts:
        begun = process_time()
        words_of(without_names(text))
        took = process_time() - begun
        if took > 0.6:
            slow[text[:8]] = took
    assert slow == {}


# Counting


def fill(session: Session, said: Mapping[str, list[str]]) -> int:
    made = add_campaign(session)
    number = 0
    for group, texts in said.items():
        for text in texts:
            number += 1
            session.add(Comment(id=number.to_bytes(16, "big"), campaign_id=made.id, group=group, text=text))
    session.flush()
    close_campaign(session, name="tiny", now=NOW)
    return made.id


def said(*parts: tuple[int, str]) -> list[str]:
    return [text for count, text in parts for _ in range(count)]


def shelf(found: KeyWords, group: str) -> WordShelf:
    return next(each for each in found.shelves if each.group == group)


def counts(found: KeyWords, group: str) -> dict[str, int]:
    return {each.word: each.count for each in shelf(found, group).words}


def test_words_of_a_group_with_their_comments_and_what_is_characteristic(session: Session) -> None:
    campaign = fill(
        session,
        {
            "parent": said((40, "作业太多，作业真多"), (20, "食堂")),
            "teacher": said((12, "作业改不完"), (30, "职称难评"), (18, "食堂")),
        },
    )
    found = list_key_words(session, campaign_id=campaign, now=NOW)
    assert (counts(found, "parent")["作业"], counts(found, "teacher")["职称"]) == (40, 30)
    assert [each.word for each in shelf(found, "parent").characteristic] == ["作业"]
    word = shelf(found, "parent").words[0]
    by_hand = compare_words(np.array([40]), np.array([12]), 60, 60)
    assert (word.word, word.share, word.rest, word.at_most) == ("作业", 40 / 60, 12 / 60, False)
    assert (word.z, word.low, word.high) == pytest.approx((by_hand.z[0], by_hand.low[0], by_hand.high[0]))
    assert shelf(found, "teacher").words[0].adjusted is not None


def test_a_word_of_few_is_shown_nowhere_and_a_group_of_few_is_not_counted(session: Session) -> None:
    rare = said((FEWEST - 1, "操场积水"), (20, "食堂"))
    campaign = fill(session, {"parent": rare, "teacher": rare, "principal": said((FEWEST - 1, "操场积水迎检"))})
    found = list_key_words(session, campaign_id=campaign, now=NOW)
    assert "操场" not in counts(found, "parent") | counts(found, "teacher")
    assert shelf(found, "principal") == WordShelf("principal", None)
    assert shelf(found, "parent").rest == 29, "comments of a group of few are in no comparison either"


@pytest.mark.parametrize("few", [0, 1, FEWEST - 1])
def test_how_many_of_the_others_have_it_cannot_be_told_where_they_are_few(session: Session, few: int) -> None:
    """The whole page is the same for none and for nine; of three groups too, two of which can be counted."""
    campaign = fill(
        session,
        {
            "parent": said((30, "作业食堂"), (30, "食堂")),
            "student": said((20, "作业食堂"), (40, "食堂")),
            "teacher": said((few, "作业食堂"), (60 - few, "食堂")),
        },
    )
    found = list_key_words(session, campaign_id=campaign, now=NOW)
    word = next(each for each in shelf(found, "parent").words if each.word == "作业")
    assert (word.rest, word.at_most) == ((20 + FEWEST - 1) / 120, True)
    expected = compare_words(np.array([60, 30]), np.array([120, 29]), 60, 120)
    assert (word.z, word.adjusted) == pytest.approx((expected.z[1], expected.adjusted[1]))
    assert counts(found, "teacher") == {"食堂": 60}


def test_one_group_alone_has_shares_and_no_comparison(session: Session) -> None:
    campaign = fill(session, {"parent": said((20, "食堂"), (20, "作业太多"))})
    found = list_key_words(session, campaign_id=campaign, now=NOW)
    assert {(each.word, each.z, each.rest, each.more) for each in shelf(found, "parent").words} == {
        ("食堂", None, None, False),
        ("作业", None, None, False),
    }


def test_names_are_no_key_words_however_many_write_them(session: Session) -> None:
    texts = said((20, "王建国老师骂人"), (20, "阿依古丽·买买提老师，电话13812345678"), (20, "三年级二班的诗涵"))
    campaign = fill(session, {"parent": texts})
    found = counts(list_key_words(session, campaign_id=campaign, now=NOW), "parent")
    assert set(found) == {"老师", "骂人", "电话"}


def test_a_page_reads_only_the_first_of_many(session: Session) -> None:
    campaign = fill(session, {"parent": said((15, "食堂"), (15, "作业"))})
    some = list_key_words(session, campaign_id=campaign, now=NOW, most=20)
    assert (shelf(some, "parent").count, shelf(some, "parent").read, counts(some, "parent")) == (30, 20, {"食堂": 15})
    assert counts(list_key_words(session, campaign_id=campaign, now=NOW, most=None), "parent")["作业"] == 15


def test_what_is_not_closed_is_not_looked_at(session: Session) -> None:
    campaign = add_campaign(session)
    for look in (
        lambda: list_key_words(session, campaign_id=campaign.id, now=NOW),
        lambda: list_lines(session, campaign_id=campaign.id, now=NOW, word="作业"),
    ):
        with pytest.raises(SurveyError, match=r"comments\.not_closed"):
            look()


# Lines


@pytest.fixture
def told(session: Session) -> int:
    return fill(
        session,
        {
            "parent": said((12, "王老师，作业太多，" + "写" * 50), (9, "操场积水"), (10, "业务")),
            "teacher": said((11, "作业改不完"), (5, "食堂")),
            "student": said((9, "作业多"), (5, "食堂")),
        },
    )


def lines(session: Session, campaign: int, word: str, **asked: object) -> concordance.Concordance:
    return list_lines(session, campaign_id=campaign, now=NOW, word=word, **asked)  # type: ignore[arg-type]


def test_lines_have_the_word_in_the_middle_and_no_names(session: Session, told: int) -> None:
    found = lines(session, told, "作业", group="parent")
    assert found.count == 12
    (line, *_) = found.lines
    assert (line.group, line.before, line.hit) == ("parent", "〔姓名〕老师，", "作业")
    assert line.after.startswith("太多，写")
    assert line.after.endswith("…")
    assert len(line.after) <= concordance.SIGNS + 1


def test_a_group_in_which_few_have_the_word_shows_no_line(session: Session, told: int) -> None:
    """Nine students have it, too: their lines are missing among those of all groups, and alone."""
    every = lines(session, told, "作业")
    assert (every.count, {each.group for each in every.lines}) == (23, {"parent", "teacher"})
    for word, group in (
        ("作业", "student"),
        ("操场", None),
        ("操场", "parent"),
        ("校长", "parent"),
        ("作业", "nobody"),
    ):
        assert lines(session, told, word, group=group) == concordance.Concordance(word, None)


@pytest.mark.parametrize(
    "word", ["王", "王老师", "姓名", "〔姓名〕", "", " ", "\x00", "作业太多", "%", ".*", "x" * 10_000]
)
def test_only_words_have_lines(session: Session, told: int, word: str) -> None:
    assert lines(session, told, word).count is None


def test_lines_are_paged_and_end_somewhere(session: Session, told: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concordance, "LINES", 10)
    assert lines(session, told, "作业").pages == 3
    assert [len(lines(session, told, "作业", page=page).lines) for page in (1, 3, 9)] == [10, 3, 0]
    monkeypatch.setattr(concordance, "MOST_LINES", 11)
    found = lines(session, told, "作业")
    assert (found.count, found.whole) == (22, False)


def test_a_long_comment_is_one_line(session: Session) -> None:
    long = "作业" * 5000
    campaign = fill(session, {"parent": said((FEWEST, long), (3, "a" * 5000 + " 作业 " + "b" * 5000))})
    found = lines(session, campaign, "作业")
    assert found.count == FEWEST + 3
    assert max(len(each.before + each.after) for each in found.lines) <= 2 * concordance.SIGNS + 2


def test_labels_are_never_cut_in_two(session: Session) -> None:
    names = ["张伟", "李强", "王芳", "赵敏", "孙丽", "周杰", "吴磊", "刘洋", "陈静", "杨帆", "黄蕾", "徐明", "马超"]
    text = "作业".join(["、".join(f"{name}老师" for name in names)] * 2)
    campaign = fill(session, {"parent": said((FEWEST, text))})
    for each in lines(session, campaign, "作业").lines:
        left = LABELS.sub("", each.before + each.after)
        assert not set("〔〕") & set(left)


def test_what_is_remembered_is_of_these_comments_and_this_rule(session: Session) -> None:
    """With a memory, as pages have one: another look is the same object, and any change makes another."""
    session.info[PLACE] = Memory()
    campaign = fill(session, {"parent": said((15, "食堂"), (25, "作业"))})
    first = list_key_words(session, campaign_id=campaign, now=NOW)
    assert list_key_words(session, campaign_id=campaign, now=NOW) is first
    choose_rule(session, campaign_id=campaign, reference="renke-strict", now=NOW, by="officer")
    assert counts(list_key_words(session, campaign_id=campaign, now=NOW), "parent") == {"作业": 25}
    session.add(Comment(id=b"\xff" * 16, campaign_id=campaign, group="parent", text="作业"))
    session.flush()
    assert counts(list_key_words(session, campaign_id=campaign, now=NOW), "parent") == {"作业": 26}
