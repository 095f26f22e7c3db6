"""Open comments: what is taken out of them, how well, and what of them is shown to whom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from surveys import comments
from surveys.campaigns import CampaignView, close_campaign
from surveys.comments import (
    FEWEST,
    Wanted,
    fewest_shown,
    list_comments,
    list_themes,
    read_words,
    split_hits,
    without_names,
)
from surveys.comments.labels import LABELS
from surveys.comments.themes import OTHER, library_themes, themes_of
from surveys.models import Comment
from surveys.publication.choosing import choose_rule
from tests.factories import NOW, add_campaign

SET = Path(__file__).parent / "named_comments.txt"
MARKED = re.compile("⟦(.*?)⟧")
LEAST = {"recall": 0.97, "precision": 0.95}  # docs/comments.md says what was measured


def read_set() -> list[tuple[str, list[tuple[int, int]]]]:
    """Each comment without its marks, and where what must go stands in it."""
    read = []
    for line in SET.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            text, spans = "", []
            for position, part in enumerate(re.split("[⟦⟧]", line)):
                if position % 2:
                    spans.append((len(text), len(text) + len(part)))
                text += part
            read.append((text, spans))
    return read


def taken_out(text: str) -> list[tuple[int, int]]:
    """Where labels stand for something, as places in the text: what is left between them is found again in order."""
    shown, spans, place = without_names(text), [], 0
    kept = LABELS.split(shown)
    for number, part in enumerate(kept):
        start = text.index(part, place) if part else (len(text) if number == len(kept) - 1 else place)
        if number and start > place:  # two that stand together are found as one
            spans.append((place, start))
        place = start + len(part)
    return spans


def measure() -> tuple[float, float, list[str]]:
    """Recall: marks of which nothing is left. Precision: labels for something marked. And what went wrong."""
    marks = found = labels = right = 0
    wrong = []
    for text, spans in read_set():
        out = taken_out(text)
        missed = [text[a:b] for a, b in spans if not all(any(c <= at < d for c, d in out) for at in range(a, b))]
        too_much = [text[c:d] for c, d in out if not any(a < d and c < b for a, b in spans)]
        marks, found = marks + len(spans), found + len(spans) - len(missed)
        labels, right = labels + len(out), right + len(out) - len(too_much)
        wrong += [f"{without_names(text)} | missed {missed} | too much {too_much}"] if missed or too_much else []
    return found / marks, right / labels, wrong


def test_names_and_numbers_are_taken_out_of_a_set_written_by_hand() -> None:
    texts = read_set()
    assert len(texts) >= 120
    recall, precision, wrong = measure()
    assert recall >= LEAST["recall"], wrong
    assert precision >= LEAST["precision"], wrong


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王老师、李校长", "〔姓名〕老师、〔姓名〕校长"),
        ("三年级二班张某", "〔班级〕〔姓名〕"),
        ("１３８－１２３４－５６７８", "〔电话〕"),
        ("幺三八一二三四五六七八", "〔电话〕"),
        ("身份证110101199003077758", "身份证〔证件号〕"),
        ("QQ 12345678", "QQ 〔账号〕"),
        ("a@b.cn", "〔邮箱〕"),
        ("", ""),
        ("𠮷野家\u200d👩‍👧 很好", "𠮷野家\u200d👩‍👧 很好"),
    ],
)
def test_each_kind_has_its_label(text: str, shown: str) -> None:
    assert without_names(text) == shown


def test_a_long_text_of_anything_takes_no_long_time() -> None:
    for text in ("张" * 2000, "1" * 2000, "a@" * 1000, "微信" * 1000, "1 " * 1000, "老师" * 1000):
        without_names(text)


# Words


def test_what_is_typed_is_just_text() -> None:
    assert read_words("  作业  ＡＢＣ abc .* [a-z]+ %_ ") == ("作业", "abc", ".*", "[a-z]+", "%_")
    assert read_words("\x00 a\x00b") == ("a", "b")
    assert sum(map(len, read_words("x" * 10_000))) == comments.LONGEST
    assert read_words(" \u3000 ") == ()


def test_hits_are_marked_where_they_stand_whatever_their_width() -> None:
    parts = split_hits("作业太多，ＨＯＭＥwork", ("作业", "homework"))
    assert parts == (("作业", True), ("太多，", False), ("ＨＯＭＥwork", True))
    assert split_hits("<b>", ("<b>",)) == (("<b>", True),)
    assert "".join(part for part, _ in split_hits("İßﬁ作业", ("作业",))) == "İßﬁ作业"


def test_themes_are_the_dimensions_of_the_official_frame() -> None:
    from app.words import DIMENSIONS

    assert set(library_themes()) == set(DIMENSIONS)
    assert themes_of("作业太多，食堂的饭是凉的") == ("resource_sharing", "lighter_burden")
    assert themes_of("Too much HOMEWORK") == ("lighter_burden",)
    assert themes_of("都好") == (OTHER,)


# Shelves


@pytest.fixture
def campaign(session: Session) -> CampaignView:
    """Twelve parents about homework, one of them about the canteen as well; nine teachers."""
    made = add_campaign(session)
    texts = [("parent", f"王老师作业太多 {number}") for number in range(12)]
    texts += [("parent", "食堂不好，李小红说的"), ("parent", "都好")]
    texts += [("teacher", f"作业不多 {number}") for number in range(FEWEST - 1)]
    for number, (group, text) in enumerate(texts):
        key = number.to_bytes(16, "big")
        session.add(Comment(id=key, campaign_id=made.id, group=group, text=text))
    session.flush()
    close_campaign(session, name="tiny", now=NOW)
    return made


def shelves(session: Session, campaign: CampaignView, **asked: object) -> dict[str, tuple[int | None, int]]:
    found = list_comments(session, campaign_id=campaign.id, now=NOW, **asked)  # type: ignore[arg-type]
    return {each.group: (each.count, len(each.texts)) for each in found}


def test_what_is_read_has_no_names(session: Session, campaign: CampaignView) -> None:
    found = list_comments(session, campaign_id=campaign.id, now=NOW)
    texts = found[0].texts
    assert "〔姓名〕老师作业太多 0" in texts
    assert not [text for text in texts if "王" in text or "李" in text]


def test_a_group_of_few_is_neither_shown_nor_searched(session: Session, campaign: CampaignView) -> None:
    assert shelves(session, campaign) == {"parent": (14, 14), "teacher": (None, 0)}
    assert shelves(session, campaign, wanted=Wanted(words=("作业",)), group="teacher")["teacher"] == (None, 0)


def test_a_search_that_finds_few_shows_none_and_does_not_say_how_many(session: Session, campaign: CampaignView) -> None:
    assert shelves(session, campaign, wanted=Wanted(words=("作业",)))["parent"] == (12, 12)
    for rare in ("食堂", "都好", "nothing"):
        assert shelves(session, campaign, wanted=Wanted(words=(rare,)), group="parent")["parent"] == (None, 0)


def test_a_search_does_not_tell_whether_somebody_is_named(session: Session, campaign: CampaignView) -> None:
    """Twelve comments have this name, and looking for it finds as many as for one that nobody bears: none."""
    assert shelves(session, campaign, wanted=Wanted(words=("王老师",)))["parent"] == (None, 0)
    assert shelves(session, campaign, wanted=Wanted(words=("姓名",)))["parent"] == (None, 0)


def test_themes_by_group_keep_the_same_rule(session: Session, campaign: CampaignView) -> None:
    found = {each.theme: each.count for each in list_themes(session, campaign_id=campaign.id, now=NOW, group="parent")}
    assert found["lighter_burden"] == 12
    assert found["resource_sharing"] is None
    assert found[OTHER] is None
    assert list_themes(session, campaign_id=campaign.id, now=NOW, group="teacher") == ()
    assert shelves(session, campaign, wanted=Wanted(theme="lighter_burden"))["parent"] == (12, 12)
    assert shelves(session, campaign, wanted=Wanted(theme="resource_sharing"))["parent"] == (None, 0)


def test_a_stricter_rule_of_publication_holds_for_comments_too(session: Session, campaign: CampaignView) -> None:
    """By a rule of twenty people, fourteen comments are too few."""
    assert fewest_shown(session, campaign_id=campaign.id) == 10
    choose_rule(session, campaign_id=campaign.id, reference="renke-strict", now=NOW, by="officer")
    assert fewest_shown(session, campaign_id=campaign.id) == 20
    assert shelves(session, campaign) == {"parent": (None, 0), "teacher": (None, 0)}
    assert list_themes(session, campaign_id=campaign.id, now=NOW, group="parent") == ()
