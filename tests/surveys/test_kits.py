"""What goes into a kit: codes that count, envelopes of whoever was drawn, a file for each school; who printed it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from surveys import kits, trail
from surveys.campaigns import CampaignView
from surveys.codes.naming import Which
from surveys.codes.slips import COUNTY
from surveys.codes.voiding import reissue_slips
from surveys.errors import SurveyError
from surveys.kits import Kit, Part
from surveys.plans.drawing import draw_plan
from surveys.plans.inviting import issue_invited
from surveys.reports.kit import KitCode, KitEnvelope, KitHeader, make_kit, split_kits, zip_kits
from tests.factories import (
    NOW,
    SECRET,
    TODAY,
    add_campaign,
    add_posters,
    add_slips,
    drawer,
    issue_slips,
    open_door,
    send,
)
from tests.surveys.drawn import add_classes, add_drawable
from tests.surveys.test_kit import GROUPS, HEADER, SCHOOLS, codes


@pytest.fixture
def campaign(session: Session) -> CampaignView:
    campaign = add_campaign(session)
    add_posters(session, campaign)
    add_slips(session, campaign, count=3)
    issue_slips(session, campaign, group="npc_deputy", school=None, count=2, seed=4)
    return campaign


def read(session: Session, campaign: CampaignView, **part: Any) -> Kit:
    return kits.read_kit(session, campaign_id=campaign.id, secret=SECRET, part=Part(**part))


def record(session: Session, campaign: CampaignView, kit: Kit, **changes: Any) -> None:
    kits.record_print(session, **{"campaign_id": campaign.id, "kit": kit, "now": NOW, "by": "officer", **changes})


def test_only_posters_and_slips_that_count(session: Session, campaign: CampaignView) -> None:
    for number, way in enumerate(("sms", "paper"), 10):
        issue_slips(session, campaign, count=2, seed=number, way=way)
    first, *_ = (slip for slip in read(session, campaign, kind="personal").slips)
    reissue_slips(
        session, campaign_id=campaign.id, secret=SECRET, which=Which([first.typed]), reason="丢失", today=TODAY,
        now=NOW, by="officer", draw=drawer(9),
    )  # fmt: skip
    slips = read(session, campaign, kind="personal", school="P01").slips
    assert [(slip.position, slip.way) for slip in slips] == [(2, "slip"), (3, "slip"), (8, "slip")]
    assert {slip.way for slip in read(session, campaign).slips} == {"poster", "slip"}


def test_the_county_is_a_part_of_its_own(session: Session, campaign: CampaignView) -> None:
    assert {slip.school_code for slip in read(session, campaign, school=COUNTY).slips} == {None}
    assert {slip.school_code for slip in read(session, campaign, school="P02").slips} == {"P02"}


def test_without_a_drawn_plan_there_are_no_envelopes(session: Session, campaign: CampaignView) -> None:
    assert read(session, campaign).envelopes == ()


def test_envelopes_and_slips_of_whoever_was_drawn(session: Session) -> None:
    campaign = add_drawable(session)
    pupils = {"P1": 400, "P2": 60, "P3": 120, "P4": 240, "P5": 80}
    add_classes(session, {(code, 3, number): count // 2 for code, count in pupils.items() for number in (1, 2)})
    draw_plan(session, campaign_id=campaign.id, seed=5, now=NOW, by="officer")
    issue_invited(session, campaign_id=campaign.id, secret=SECRET, draw=drawer(1), by="officer", now=NOW, today=TODAY)
    kit = read(session, campaign)
    (school, *_) = {each.school_code for each in kit.envelopes if each.grade is not None}
    own = read(session, campaign, school=school, group="parent")
    assert own.envelopes
    assert {(each.school_code, each.group) for each in own.envelopes} == {(school, "parent")}
    assert sum(len(each.positions) for each in own.envelopes) == own.count("personal"), "a slip for each place"
    assert {each.school_code for each in read(session, campaign, school=COUNTY).envelopes} <= {None}


def test_a_second_print_is_known_by_the_first(session: Session, campaign: CampaignView) -> None:
    record(session, campaign, read(session, campaign, school="P01"))
    later = NOW + timedelta(days=1)
    record(session, campaign, read(session, campaign, school="P02"), now=later, by="other")
    for part, who in (
        (Part(), "other"),
        (Part(school="P01"), "officer"),
        (Part(school="P01", kind="open"), "officer"),
        (Part(group="parent"), "other"),
    ):
        before = kits.read_kit(session, campaign_id=campaign.id, secret=SECRET, part=part).before
        assert before is not None
        assert before.by == who
    for part in (Part(school="J01"), Part(school=COUNTY)):
        assert kits.read_kit(session, campaign_id=campaign.id, secret=SECRET, part=part).before is None
    first = trail.list_deeds(session, campaign_id=campaign.id, action="kit.printed")[-1]
    assert (first.facts["posters"], first.facts["slips"]) == (4, 3)


def test_the_same_codes_are_printed_again(session: Session, campaign: CampaignView) -> None:
    first = read(session, campaign)
    record(session, campaign, first)
    assert read(session, campaign).slips == first.slips


def test_new_codes_of_a_deed_are_a_kit(session: Session, campaign: CampaignView) -> None:
    record(session, campaign, read(session, campaign))
    deed = reissue_slips(
        session, campaign_id=campaign.id, secret=SECRET, which=Which(group="parent", school="P01", unused=True),
        reason="丢失", today=TODAY, now=NOW, by="officer", draw=drawer(9),
    )  # fmt: skip
    keys: dict[str, Any] = {"campaign_id": campaign.id, "secret": SECRET, "number": deed.number}
    kit = kits.read_reissued(session, **keys)
    assert (kit.count("personal"), kit.before) == (3, None), "the first print had none of these"
    record(session, campaign, kit)
    assert kits.read_reissued(session, **keys).before is not None


def test_lines_count_what_there_is(session: Session, campaign: CampaignView) -> None:
    send(session, open_door(session, read(session, campaign, kind="personal", school="P01").slips[0]))
    record(session, campaign, read(session, campaign, school="P01"))
    issue_slips(session, campaign, count=2, seed=11, way="sms")
    issue_slips(session, campaign, count=2, seed=12, way="paper")
    lines = kits.list_kits(session, campaign_id=campaign.id)
    assert [(line.school_code, line.posters, line.personal, bool(line.before)) for line in lines] == [
        ("J01", 4, 0, False),
        ("P01", 4, 3, True),
        ("P02", 4, 0, False),
        (None, 1, 2, False),
    ]
    assert read(session, campaign, school="P01").count("personal") == 2, "a used one is printed no more"


# Envelopes


def envelope(number: int, *positions: int, group: str = "parent", school: str | None = SCHOOLS[0]) -> KitEnvelope:
    form = {"zh-CN": f"3 年级 {number} 班", "en": f"Grade 3, class {number}"}
    return KitEnvelope(school, None, GROUPS[group], form, 45, positions)


def pages_of(pdf: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_each_class_has_its_places_and_its_own_sheets() -> None:
    slips = codes("personal", "parent", SCHOOLS[0], 16)
    shown = pages_of(make_kit(HEADER, [], slips, [envelope(1, 3, 17, 31), envelope(2, *range(2, 24, 2))]))
    cover, first, second, *sheets = shown
    assert "3年级1班" in first
    assert "3、17、31" in first
    assert "内有答题条3条" in first
    assert "裁自答题条1–3" in first
    assert "2、4、6、8、10、12、14、16、18、20、22" in first
    assert "备用" in second
    assert "内有答题条2条" in second
    spans = [
        ("1班", "答题条1–3/共16条"),
        ("2班", "答题条4–13/共16条"),
        ("2班", "答题条14/共16条"),
        ("备用", "15–16/共16"),
    ]
    assert len(sheets) == len(spans)
    for sheet, (name, span) in zip(sheets, spans, strict=True):
        assert name in sheet
        assert span in sheet
    for words in ("3年级1班", "3年级2班", "备用", "合计"):
        assert words in cover


def test_used_slips_keep_the_places_of_the_others() -> None:
    slips = codes("personal", "parent", SCHOOLS[0], 4)
    spent = [KitCode(**{**vars(slips[0]), "spent": True}), *slips[1:]]
    first = pages_of(make_kit(HEADER, [], spent, [envelope(1, 5, 6), envelope(2, 7, 8)]))[1]
    assert "内有答题条1条" in first
    assert "比名单上的人数少1条" in first
    assert "裁自答题条2" in first
    assert "裁自答题条3–4" in first


def test_too_few_slips_are_said_on_the_envelope() -> None:
    shown = pages_of(
        make_kit(HEADER, [], codes("personal", "parent", SCHOOLS[0], 3), [envelope(1, 1, 2), envelope(2, 3, 4)])
    )
    assert shown[1].count("少1条") == 1
    assert "备用" not in "".join(shown)


def test_no_slip_bears_a_place_or_a_class() -> None:
    sheet = pages_of(make_kit(HEADER, [], codes("personal", "parent", SCHOOLS[0], 2), [envelope(7, 44, 43)]))[-1]
    assert sheet.count("班") == 1, "above the lines along which slips are cut"
    assert "3年级7班" in sheet


# Languages


def test_what_the_survey_says_in_another_language() -> None:
    words = {"title": {"zh-CN": "调查", "za": "Diucaz"}, "organiser": {"zh-CN": "督导", "za": "Duzdauj"}}
    header = KitHeader(**{**vars(HEADER), **words, "languages": ("zh-CN", "za")})
    text = "".join(pages_of(make_kit(header, codes("open", "parent", SCHOOLS[0], 1), [])))
    assert "Diucaz" in text
    assert "Duzdauj" in text
    assert "Parents" not in text
    assert "Anonymous" not in text


@pytest.mark.parametrize(
    ("languages", "title", "code"),
    [
        (("en",), {}, "kit.language"),
        ((), {}, "kit.language"),
        (("zh-CN", "en", "za"), {}, "kit.language"),
        (("zh-CN", "za"), {}, "kit.language_missing"),
        (("zh-CN", "bo"), {"bo": "འདྲི་ཞིབ།"}, "kit.language_unprintable"),
        (("zh-CN", "ug"), {"ug": "تەكشۈرۈش"}, "kit.language_unprintable"),
    ],
)
def test_languages_that_cannot_be_printed(languages: tuple[str, ...], title: dict[str, str], code: str) -> None:
    words = {"title": {**HEADER.title, **title}, "organiser": {**HEADER.organiser, **title}}
    header = KitHeader(**{**vars(HEADER), **words, "languages": languages})
    with pytest.raises(SurveyError) as refused:
        make_kit(header, codes("open", "parent", SCHOOLS[0], 1), [])
    assert refused.value.code == code


# The archive


def of_school(kind: str, name: str, code: str, count: int) -> list[KitCode]:
    return [KitCode(**{**vars(each), "school_code": code}) for each in codes(kind, "parent", name, count)]


def test_a_file_for_each_school_and_one_for_the_county() -> None:
    posters = [*of_school("open", "第一小学", "P02", 1), *of_school("open", '甲/乙:\\*?"<>|\n中学', "../P01", 1)]
    slips = [*of_school("personal", "第一小学", "P02", 12), *codes("personal", "public", None, 2)]
    found = split_kits(HEADER, posters, slips, [envelope(1, 1, 2, school="第一小学")])
    assert [kit.filename for kit in found] == ["1-P01-甲乙中学.pdf", "2-P02-第一小学.pdf", "3-全县.pdf"]
    parts = list(zip_kits(found))
    assert len(parts) == len(found) + 1
    with ZipFile(io.BytesIO(b"".join(parts))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [kit.filename for kit in found]
        assert [archive.read(kit.filename) for kit in found] == [kit.pdf() for kit in found]
    assert b"".join(zip_kits(found)) == b"".join(parts), "the same kits give the same bytes"


def test_files_sort_as_the_list_does() -> None:
    posters = [code for number in range(12) for code in of_school("open", "很长的校名" * 30, f"P{number:02}", 1)]
    names = [kit.filename for kit in split_kits(HEADER, posters, [])]
    assert names == sorted(names)
    assert names[0].startswith("01-P00-很长的校名")
    assert max(len(name.encode()) for name in names) < 200
