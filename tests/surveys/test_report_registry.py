"""Serials of reports: the same content has the same one, and a newer report takes the place of an older."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys import campaigns, trail
from surveys.campaigns import CampaignView
from surveys.models import Campaign, Evaluation, ReportSerial
from surveys.reports.registry import Content, IssuedReport, find_issued, issue, list_issued, spaced
from tests import factories

LATER = factories.NOW + timedelta(hours=1)


@pytest.fixture
def campaign(session: Session) -> CampaignView:
    """With two evaluations, of which only the numbers matter here."""
    campaign = factories.add_campaign(session)
    row = campaigns.get_campaign(session, name=campaign.name, now=factories.NOW)
    version = session.get_one(Campaign, row.id).scorecard_version_id
    for number in (1, 2):
        session.add(
            Evaluation(
                campaign_id=row.id, number=number, scorecard_version_id=version, frame_id=row.frame_id,
                made_at=factories.NOW, provisional=False, responses=0, data_digest="", code_version="", recipe={},
                result={},
            )
        )  # fmt: skip
    session.flush()
    return campaign


def content(digest: str, evaluation: int = 1, kind: str = "county", school: str | None = None) -> Content:
    return Content(evaluation, kind, school, "zh-CN", digest * 64)


def give(
    session: Session, campaign: CampaignView, *contents: Content, now: datetime = factories.NOW
) -> tuple[IssuedReport, ...]:
    draw = factories.drawer(ord(contents[0].digest[0]))
    return issue(session, campaign_id=campaign.id, contents=contents, now=now, by="officer", draw=draw)


def test_the_same_content_has_the_same_serial(session: Session, campaign: CampaignView) -> None:
    (first,) = give(session, campaign, content("a"))
    other, again = give(session, campaign, content("b", kind="public"), content("a"), now=LATER)
    assert again.serial == first.serial != other.serial
    assert again.made_at == factories.NOW, "of the report that was made then"
    assert len(first.serial) == 26
    assert len(spaced(first.serial)) == 31
    deeds = trail.list_deeds(session, campaign_id=campaign.id, action="report.issued")
    assert [deed.facts["kind"] for deed in deeds] == ["public", "county"], "what is taken again was told already"


def test_what_takes_the_place_of_what(session: Session, campaign: CampaignView) -> None:
    old = give(session, campaign, content("a"), content("b", kind="public"), content("c", kind="school", school="P01"))
    give(session, campaign, content("d"), content("e", kind="school", school="P02"), now=LATER)
    replaced = {each.digest[0]: each.replaced for each in list_issued(session, campaign_id=campaign.id)}
    assert {digest for digest, newer in replaced.items() if newer} == {"a"}, "others of their kind and school stand"
    newer = replaced["a"]
    assert newer
    assert (newer.digest[0], newer.made_at) == ("d", LATER)
    give(session, campaign, content("f", evaluation=2), now=LATER + timedelta(hours=1))
    found = [find_issued(session, typed=each.serial) for each in old]
    assert all(each and each.replaced and each.replaced.evaluation == 2 for each in found)


def test_serials_are_found_as_people_type_them(session: Session, campaign: CampaignView) -> None:
    (report,) = give(session, campaign, content("a"))
    for typed in (report.serial.lower(), spaced(report.serial), f" {report.serial} ", report.serial.replace("0", "O")):
        found = find_issued(session, typed=typed)
        assert found
        assert found.serial == report.serial
    for typed in ("", "x", report.serial[:-1], "U" * 26, "0" * 26, "\x00" * 26):
        assert find_issued(session, typed=typed) is None


def test_a_digest_is_issued_once(session: Session, campaign: CampaignView) -> None:
    give(session, campaign, content("a"))
    row = session.scalars(select(ReportSerial)).one()
    names = ("campaign_id", "evaluation_id", "kind", "language", "digest", "made_at", "made_by")
    values = {name: getattr(row, name) for name in names}
    session.add(ReportSerial(serial="another", school_id=None, **values))
    with pytest.raises(IntegrityError):
        session.flush()
