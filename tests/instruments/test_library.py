"""The questionnaires that come with the product keep the rules of a fair questionnaire."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from surveys.errors import SurveyError
from surveys.groups import GROUPS
from surveys.instruments.library import library_document, library_names
from surveys.instruments.model import DIMENSIONS, STANDARD_SCALES, Instrument, Item, Text
from surveys.instruments.parsing import parse_instrument

PAPERS = {name: parse_instrument(library_document(name)) for name in library_names()}
YOUNGEST = "student-g3-6"
IDENTIFYING = (
    "姓名|名字|电话|手机|号码|身份证|学号|微信|收入|工资|职业|职务|单位|班级|几班|哪个班|学历|文化程度|健康|疾病|残疾|"
    "宗教|信仰|民族|婚姻|离异|住址|地址|门牌|年龄|几岁|生日|性别"
)
LEADING = "标准答案|优秀|良好|大力|高度|显著|不断|积极|热情|先进|光荣|成就|关心下|应该选|务必|一定要|是不是很|难道"
LEADING_EN = "excellent|outstanding|great|wonderful|achievements?|of course|don't you|correct answers?|right answers?"


def texts_of(paper: Instrument) -> list[Text]:
    parts = [paper.title, paper.introduction, *(section.title for section in paper.sections)]
    for item in paper.items:
        parts += [item.text, *(option.text for option in item.scale.options)]
        parts += [item.note] if item.note else []
    parts += [paper.grades] if paper.grades else []
    return parts + ([paper.comment.text, paper.comment.note] if paper.comment else [])


def items_of(paper: Instrument, *roles: str) -> list[Item]:
    return [item for item in paper.items if item.role in roles]


@pytest.fixture(params=sorted(PAPERS))
def paper(request: pytest.FixtureRequest) -> Instrument:
    return PAPERS[request.param]


def test_the_six_papers_reach_all_seven_groups() -> None:
    assert set(PAPERS) == {"student-g3-6", "student-g7-9", "parent", "teacher", "principal", "social"}
    assert {group for paper in PAPERS.values() for group in paper.groups} == set(GROUPS)
    assert PAPERS["social"].groups == ("npc_deputy", "cppcc_member", "public")


def test_a_paper_carries_the_name_of_its_file(paper: Instrument) -> None:
    assert PAPERS[paper.name] is paper


def test_both_languages_are_there_chinese_first(paper: Instrument) -> None:
    assert paper.languages == ("zh-CN", "en")
    for text in texts_of(paper):
        assert re.search(r"[\u4e00-\u9fff]", text["zh-CN"])
        assert not re.search(r"[\u4e00-\u9fff]", text["en"])


def test_chinese_is_punctuated_as_chinese(paper: Instrument) -> None:
    for text in texts_of(paper):
        assert not re.search(r"[,?():;!]", text["zh-CN"]), text["zh-CN"]


def test_twelve_to_twenty_questions_and_fourteen_for_the_youngest(paper: Instrument) -> None:
    assert 12 <= len(paper.items) <= (14 if paper.name == YOUNGEST else 20)


def test_every_dimension_is_asked_about(paper: Instrument) -> None:
    assert {item.dimension for item in items_of(paper, "item")} == set(DIMENSIONS)


def test_one_overall_question_near_the_end(paper: Instrument) -> None:
    (overall,) = items_of(paper, "overall")
    assert overall.dimension is None
    assert not [item for item in paper.items[paper.items.index(overall) :] if item.role == "item"]


def test_the_overall_question_has_one_id_on_one_scale() -> None:
    ids = {name: items_of(paper, "overall")[0].id for name, paper in PAPERS.items()}
    assert ids.pop(YOUNGEST) == "overall_younger"
    assert set(ids.values()) == {"overall"}


def test_one_question_on_being_told_how_to_answer_that_never_counts(paper: Instrument) -> None:
    (conduct,) = items_of(paper, "conduct")
    assert conduct.id == "told_how"
    assert conduct.scale.name == "yes-no"
    assert not conduct.scored
    assert not conduct.required


def test_scored_questions_use_scales_that_scorecards_know(paper: Instrument) -> None:
    names = {item.scale.name for item in paper.items if item.scored}
    pupils = {"satisfaction-3", "frequency-4"}
    assert names <= (pupils if paper.name == YOUNGEST else {"satisfaction-4", "frequency-4"})
    assert names <= set(STANDARD_SCALES)


def test_not_knowing_is_offered_last_in_words_that_suit_the_reader(paper: Instrument) -> None:
    expected = "不清楚" if "student" in paper.groups else "不了解"
    for item in paper.items:
        assert item.scale.dont_know == {9}
        assert item.scale.options[-1].code == 9
        if item.scored:
            assert item.scale.options[-1].text["zh-CN"] == expected


def test_best_answers_stand_first_as_everywhere_else(paper: Instrument) -> None:
    for item in paper.items:
        if item.scored:
            codes = [option.code for option in item.scale.options[:-1]]
            assert codes == sorted(codes, reverse=True)


def test_reversed_questions_are_counted_never_felt(paper: Instrument) -> None:
    reverse = [item for item in paper.items if item.direction == -1]
    assert bool(reverse) == (paper.name != YOUNGEST)
    assert {item.scale.name for item in reverse} <= {"frequency-4"}


def test_reversed_questions_stand_apart(paper: Instrument) -> None:
    places = [place for place, item in enumerate(paper.items) if item.direction == -1]
    assert all(after - before > 1 for before, after in pairwise(places))


def test_background_cannot_identify(paper: Instrument) -> None:
    background = items_of(paper, "background")
    assert 1 <= len(background) <= 3
    for item in background:
        assert not item.required
        assert 2 <= len(item.scale.codes - item.scale.dont_know) <= 3
        words = " ".join([item.text["zh-CN"], *(option.text["zh-CN"] for option in item.scale.options)])
        assert not re.search(IDENTIFYING, words)


def test_background_comes_first(paper: Instrument) -> None:
    roles = [item.role for item in paper.items]
    assert roles == sorted(roles, key=lambda role: role != "background")


def test_the_social_paper_asks_first_whether_a_child_is_at_school() -> None:
    assert PAPERS["social"].items[0].id == "child_at_school"


def test_an_open_comment_except_for_the_youngest(paper: Instrument) -> None:
    assert (paper.comment is None) == (paper.name == YOUNGEST)


def test_scored_questions_must_be_answered(paper: Instrument) -> None:
    assert all(item.required for item in paper.items if item.scored)


def test_nothing_leads(paper: Instrument) -> None:
    for text in texts_of(paper):
        assert not re.search(LEADING, text["zh-CN"]), text["zh-CN"]
        assert not re.search(rf"\b({LEADING_EN})\b", text["en"], re.IGNORECASE), text["en"]


def test_satisfaction_is_asked_both_ways(paper: Instrument) -> None:
    """满意不满意, not 满意吗: neither side is put into the reader's mouth."""
    for item in paper.items:
        if item.scale.name.startswith("satisfaction"):
            assert "满意不满意" in item.text["zh-CN"]
            assert re.search(r"satisfied or dissatisfied|happy or not", item.text["en"])


def test_questions_are_short(paper: Instrument) -> None:
    longest = 26 if "student" in paper.groups else 34
    for item in paper.items:
        assert len(item.text["zh-CN"]) <= longest, item.text["zh-CN"]
        assert item.text["zh-CN"].endswith("？")
        assert item.text["en"].endswith("?")


def test_the_introduction_says_why_and_that_it_is_voluntary(paper: Instrument) -> None:
    """What is not recorded, how long it takes and whom to tell about coaching stands on every page, once."""
    words, english = paper.introduction["zh-CN"], paper.introduction["en"]
    assert "了解" in words or "想知道" in words
    assert "没有对错" in words
    assert "right or wrong" in english
    assert "stop at any" in english


def test_pupils_are_called_ni_and_adults_nin(paper: Instrument) -> None:
    words = "".join(text["zh-CN"] for text in texts_of(paper))
    assert ("您" in words) == ("student" not in paper.groups)
    assert ("你" in words) == ("student" in paper.groups)


def test_pupils_papers_fit_every_stage_that_has_their_grades() -> None:
    assert set(PAPERS["student-g3-6"].stages) == {"primary", "nine_year", "special", "teaching_point"}
    assert set(PAPERS["student-g7-9"].stages) == {"junior", "nine_year", "complete_secondary", "special"}
    assert all(PAPERS[name].grades for name in ("student-g3-6", "student-g7-9"))


def test_one_id_is_one_question_on_one_scale_in_all_papers() -> None:
    seen: dict[str, tuple[object, ...]] = {}
    for paper in PAPERS.values():
        for item in paper.items:
            sense = (item.role, item.dimension, item.direction, item.scale.name, item.scale.codes)
            assert seen.setdefault(item.id, sense) == sense, item.id


def test_a_standard_scale_reads_the_same_in_all_papers() -> None:
    """Except for not knowing, whose words suit the reader."""
    seen: dict[str, object] = {}
    for item in (item for paper in PAPERS.values() for item in paper.items):
        if item.scale.name in STANDARD_SCALES:
            words = [(option.code, dict(option.text)) for option in item.scale.options if option.code != 9]
            assert seen.setdefault(item.scale.name, words) == words


@pytest.mark.parametrize("name", ["nobody", "../model", "", "parent.yaml"])
def test_what_is_not_in_the_library_is_missing(name: str) -> None:
    with pytest.raises(SurveyError) as caught:
        library_document(name)
    assert (caught.value.code, caught.value.kind) == ("instrument.not_in_library", "missing")
