"""Findings: whose they are, until when, what is handed in, who closes them, and what they hold up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView
from surveys.review.files import LARGEST_FILE, Upload, clean_name, get_file, kind_of
from surveys.review.findings import Finding, get_finding
from surveys.review.mending import judge, list_tasks
from surveys.review.people import list_owners
from surveys.review.signing import give_back
from tests.factories import NOW
from tests.surveys.reviewers import DAY, LATER, REASON, add_reviewed, finds, signs, submits, visit_all
from tests.surveys.test_review import refused

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%%EOF"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.fixture
def campaign(session: Session) -> CampaignView:
    return add_reviewed(session)


def judges(session: Session, verdict: str, finding: int = 1, by: str = "city", reason: str = REASON) -> Finding:
    return judge(session, campaign="tiny", by=by, finding=finding, verdict=verdict, reason=reason, now=LATER)


def test_three_rounds_and_then_it_stays_not_mended(session: Session, campaign: CampaignView) -> None:
    finds(session)
    assert refused(judges, session, "accepted").code == "review.not_judged_now"
    for number in (1, 2, 3):
        found = submits(session)
        assert (found.state, found.round, found.blocks) == ("submitted", number, True)
        assert refused(submits, session).code == "review.not_open"
        assert refused(judges, session, "overruled").code == "review.not_judged_now"
        found = judges(session, "refused")
        assert (found.state, found.refusals) == ("not_mended" if number == 3 else "open", number)
    assert refused(submits, session).code == "review.not_open"
    error = refused(signs, session, "county")
    assert [(each.code, each.path) for each in error.problems] == [("review.unmended", "#1")]
    assert refused(judges, session, "overruled", reason="好").code == "review.verdict_invalid"
    found = judges(session, "overruled")
    assert (found.state, found.blocks) == ("overruled", False)
    assert signs(session, "county").stage == "city"


def test_refusing_needs_reasons_and_accepting_does_not(session: Session, campaign: CampaignView) -> None:
    finds(session)
    submits(session)
    assert refused(judges, session, "refused", reason=" ").code == "review.verdict_invalid"
    assert refused(judges, session, "forgiven").code == "review.not_judged_now"
    assert judges(session, "accepted", reason="").state == "mended"
    assert refused(judges, session, "withdrawn").code == "review.not_judged_now"


def test_only_the_side_that_raised_it_closes_it(session: Session, campaign: CampaignView) -> None:
    finds(session, "province")
    submits(session)
    for who in ("city", "county", "inspector", "abroad", "analyst", "root"):
        assert refused(judges, session, "accepted", by=who).code == "review.not_your_finding"
    assert judges(session, "accepted", by="province").state == "mended"
    finds(session, "city")
    submits(session, 2)
    assert judges(session, "accepted", 2, "city-2").state == "mended"
    finds(session, "city")
    submits(session, 3)
    assert judges(session, "accepted", 3, "province").state == "mended"


def test_only_evaluators_above_the_county_find(session: Session, campaign: CampaignView) -> None:
    for who in ("county", "inspector", "analyst", "abroad", "root", "liaison"):
        assert refused(finds, session, who).code == "review.not_above", who


def test_nothing_is_found_while_the_survey_runs_nor_after_submission(session: Session, campaign: CampaignView) -> None:
    assert refused(finds, session, now=NOW).code == "review.not_closed"
    signs(session, "county")
    visit_all(session)
    signs(session, "city")
    signs(session, "province")
    assert refused(finds, session).code == "review.over"
    give_back(session, campaign="tiny", by="province", reason=REASON, now=LATER)
    assert finds(session).number == 1


def test_a_finding_says_everything_that_is_wrong_at_once(session: Session, campaign: CampaignView) -> None:
    error = refused(
        finds, session, category="x", severity="must", text="短", school="P99", owner="city",
        due=DAY - timedelta(days=1),
    )  # fmt: skip
    assert error.code == "review.finding_invalid"
    assert [each.field for each in error.problems] == ["category", "text", "school", "owner", "due"]


def test_a_note_holds_nothing_up_and_may_be_a_task(session: Session, campaign: CampaignView) -> None:
    noted = finds(session, severity="note", owner=None, due=None)
    assert (noted.state, noted.blocks) == ("noted", False)
    assert refused(submits, session).code == "review.no_finding"
    task = finds(session, severity="note", school="P01")
    assert (task.state, task.blocks, task.school) == ("open", False, "P01")
    half = refused(finds, session, severity="note", owner=None)
    assert [each.field for each in half.problems] == ["owner"]
    assert signs(session, "county").stage == "city"


def test_a_day_that_passed_is_marked(session: Session, campaign: CampaignView) -> None:
    due = finds(session, due=DAY)
    assert not due.is_overdue(DAY)
    assert due.is_overdue(DAY + timedelta(days=1))
    assert not submits(session).is_overdue(DAY + timedelta(days=1))
    assert judges(session, "refused").is_overdue(DAY + timedelta(days=1))


def test_who_can_own_a_task(session: Session, campaign: CampaignView) -> None:
    owners = list_owners(session, county_path=campaign.county_path)
    assert [each.name for each in owners] == ["county", "deputy", "liaison"]


def test_a_liaison_has_only_the_own_task(session: Session, campaign: CampaignView) -> None:
    finds(session, owner="county")
    finds(session, owner="liaison")
    assert refused(submits, session, 1, "liaison").code == "review.no_finding"
    assert refused(submits, session, 9, "liaison").code == "review.no_finding"
    assert [each.finding.number for each in list_tasks(session, by="liaison")] == [2]
    assert submits(session, 2, "liaison").state == "submitted"
    judges(session, "refused", 2)
    assert submits(session, 2, "deputy").state == "submitted"
    assert refused(submits, session, 1, "city").code == "review.no_finding"


def test_what_a_file_is_its_content_says(session: Session, campaign: CampaignView) -> None:
    finds(session)
    files = (Upload("整改说明.exe", PDF), Upload("../照片/1.PNG", JPEG), Upload("a.jpg", PNG))
    found = submits(session, files=files)
    stored = found.mendings[0].files
    assert [each.name for each in stored] == ["整改说明.pdf", "照片 1.jpg", "a.png"]
    place = {"campaign_id": campaign.id, "finding": 1, "mending": 1}
    assert [get_file(session, **place, number=number).content for number in (1, 2, 3)] == [PDF, JPEG, PNG]
    assert refused(get_file, session, **place, number=4).code == "review.no_file"


def test_files_of_another_kind_too_large_or_too_many(session: Session, campaign: CampaignView) -> None:
    finds(session)
    whole = Upload("whole.pdf", PDF + b"0" * (LARGEST_FILE - len(PDF)))
    files = (
        Upload("page.pdf", b"<html><script>1</script>"), Upload("none.png", b""),
        Upload("large.pdf", whole.content + b"0"), whole, Upload("x.zip", b"PK\x03\x04"),
    )  # fmt: skip
    error = refused(submits, session, files=files, text="短")
    assert [each.code for each in error.problems] == [
        *("review.text_length", "review.files_many", "review.file_kind", "review.file_empty"),
        *("review.file_large", "review.file_kind"),
    ]
    assert get_finding(session, campaign_id=campaign.id, number=1).mendings == ()
    assert submits(session, files=(whole,)).mendings[0].files[0].size == LARGEST_FILE


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.pdf", "a"), ("..\\..\\x.pdf", "x"), ("\x00.pdf", "file"), ("", "file"), ('"; rm.png', "; rm"),
        ("长" * 300, "长" * 100), ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x"),
    ],
)  # fmt: skip
def test_names_of_files_are_made_harmless(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_kinds() -> None:
    assert [kind_of(each) for each in (PDF, JPEG, PNG, b"", b"GIF89a", b" %PDF-")] == [
        "pdf", "jpg", "png", None, None, None,
    ]  # fmt: skip


def test_a_finding_about_a_school_names_it(session: Session, campaign: CampaignView) -> None:
    found = finds(session, school="J01")
    assert (found.school, found.school_name) == ("J01", "J01学校（模拟）")
