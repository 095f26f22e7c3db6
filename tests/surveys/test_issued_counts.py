"""The counts of codes are those of the ledger, whatever is issued and voided."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import codes
from surveys.models import Code
from tests.factories import add_campaign, add_posters, issue_slips, void


def counted(session: Session, campaign_id: int) -> dict[tuple[str, int | None], tuple[int, int, int]]:
    """The same by counting."""
    found: dict[tuple[str, int | None], Counter[str]] = {}
    for code in session.scalars(select(Code).where(Code.campaign_id == campaign_id)):
        here = found.setdefault((code.group, code.school_id), Counter())
        here["voided" if code.voided_on else code.kind] += 1
    return {place: (each["open"], each["personal"], each["voided"]) for place, each in found.items()}


def test_they_follow_every_change(session: Session) -> None:
    campaign = add_campaign(session)
    add_posters(session, campaign)
    for seed, count in ((3, 5), (4, 2)):
        issue_slips(session, campaign, count=count, seed=seed)
    issue_slips(session, campaign, group="teacher", school="J01", count=3, seed=5)
    for _ in range(2):  # voiding what is void changes nothing
        void(session, Code.kind == "personal", Code.position <= 2)
    void(session, Code.kind == "open", Code.group == "principal")
    kept = codes.count_issued(session, campaign_id=campaign.id)
    assert {place: (each.open, each.personal, each.voided) for place, each in kept.items()} == counted(
        session, campaign.id
    )
    assert sum(each.voided for each in kept.values()) == 4 + 3
