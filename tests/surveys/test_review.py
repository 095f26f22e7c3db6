"""The stages of a review: who signs when, what is under a signature, and what goes back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveys import campaigns, evaluations, honesty, trail
from surveys.campaigns import CampaignView
from surveys.db import Database
from surveys.errors import SurveyError
from surveys.review import standing
from surveys.review.files import Upload
from surveys.review.freezing import verify
from surveys.review.mending import judge, submit_evidence
from surveys.review.reading import list_waiting, read_review
from surveys.review.signing import give_back
from tests.factories import NOW
from tests.surveys.reviewers import (
    DAY,
    LATER,
    REASON,
    add_answers,
    add_reviewed,
    draws,
    finds,
    signs,
    visit_all,
    visits,
)

WRITTEN = (
    "evaluations", "review_acts", "review_draws", "review_visits", "review_findings", "review_mendings", "review_files",
)  # fmt: skip


@pytest.fixture
def campaign(session: Session) -> CampaignView:
    return add_reviewed(session)


def refused(call: Callable[..., Any], *args: Any, **more: Any) -> SurveyError:
    with pytest.raises(SurveyError) as caught:
        call(*args, **more)
    return caught.value


def returns(session: Session, by: str, reason: str = REASON) -> Any:
    return give_back(session, campaign="tiny", by=by, reason=reason, now=LATER)


def where(session: Session, campaign: CampaignView) -> tuple[str, str, int | None]:
    found = standing(session, campaign_id=campaign.id)
    return found.stage, found.state, found.signed


def deeds(session: Session, campaign: CampaignView) -> list[str]:
    every = trail.list_deeds(session, campaign_id=campaign.id)
    return [deed.action for deed in reversed(every) if deed.action.startswith("review.")]


def test_the_whole_life(session: Session, campaign: CampaignView) -> None:
    assert where(session, campaign) == ("county", "open", None)
    assert where_after(signs(session, "county")) == ("city", "open", 1)
    visit_all(session)
    finding = finds(session)
    assert refused(signs, session, "city").code == "review.not_ready"
    submit_evidence(
        session, campaign="tiny", by="county", finding=finding.number, text="已重新密封并补发，附照片。", files=(),
        now=LATER,
    )  # fmt: skip
    judge(session, campaign="tiny", by="city", finding=finding.number, verdict="accepted", reason="", now=LATER)
    assert where_after(signs(session, "city")) == ("province", "open", 1)
    assert where_after(returns(session, "province")) == ("city", "returned", 1)
    assert where_after(returns(session, "city")) == ("county", "returned", None)
    assert where_after(signs(session, "deputy")) == ("city", "open", 1)
    assert where_after(signs(session, "city")) == ("province", "open", 1)
    done = signs(session, "province")
    assert where_after(done) == ("submitted", "signed", 1)
    assert [each.by for each in done.signatures] == ["deputy", "city", "province"]
    assert len({each.digest for each in done.signatures}) == 1
    assert refused(signs, session, "province").code == "review.over"
    assert deeds(session, campaign) == [
        *("review.signed", "review.drawn", "review.visited", "review.visited", "review.found", "review.submitted"),
        *("review.accepted", "review.signed", "review.returned", "review.returned"),
        *("review.signed", "review.signed", "review.signed"),
    ]


def where_after(found: Any) -> tuple[str, str, int | None]:
    return found.stage, found.state, found.signed


def test_what_was_submitted_goes_back_to_the_province_alone(session: Session, campaign: CampaignView) -> None:
    signs(session, "county")
    visit_all(session)
    signs(session, "city")
    signs(session, "province")
    assert refused(returns, session, "city").code == "review.not_yours"
    assert where_after(returns(session, "province")) == ("province", "returned", 1)
    assert where_after(signs(session, "province")) == ("submitted", "signed", 1)


def test_a_county_without_a_city_goes_to_the_province_which_visits(session: Session) -> None:
    campaign = add_reviewed(session, city=False)
    assert standing(session, campaign_id=campaign.id).stages == ("county", "province", "submitted")
    signs(session, "county")
    visit_all(session, "province")
    assert where_after(signs(session, "province")) == ("submitted", "signed", 1)


def test_nobody_but_the_officer_of_the_county_signs_for_it(session: Session, campaign: CampaignView) -> None:
    for who in ("city", "province", "inspector", "analyst", "abroad", "liaison", "root"):
        assert refused(signs, session, who).code == "review.not_yours", who


def test_nobody_but_an_evaluator_of_the_city_acts_for_it(session: Session, campaign: CampaignView) -> None:
    signs(session, "county")
    draw = draws(session)
    for who in ("county", "deputy", "province", "inspector", "analyst", "abroad", "root"):
        for call in (signs, returns, draws):
            assert refused(call, session, who).code == "review.not_yours", who
        assert refused(visits, session, draw.schools[0], who).code == "review.not_yours", who


def test_an_account_that_may_not_sign_in_signs_nothing(session: Session, campaign: CampaignView) -> None:
    session.execute(text("UPDATE accounts SET active = false WHERE name = 'county'"))
    assert refused(signs, session, "county").code == "review.nobody"
    assert refused(signs, session, "nobody").code == "review.nobody"


def test_the_wrong_stage(session: Session, campaign: CampaignView) -> None:
    assert refused(returns, session, "county").code == "review.nothing_below"
    assert refused(returns, session, "city").code == "review.nothing_below"
    assert refused(draws, session).code == "review.wrong_stage"
    signs(session, "county")
    assert refused(signs, session, "county").code == "review.not_yours"


def test_nobody_signs_for_two_stages_in_a_row(session: Session, campaign: CampaignView) -> None:
    """The account changed its office meanwhile."""
    signs(session, "county")
    session.execute(
        text(
            "UPDATE accounts SET role = 'evaluator', region_id = (SELECT id FROM regions WHERE code = 'demo-city') "
            "WHERE name = 'county'"
        )
    )
    session.expire_all()
    visit_all(session)
    assert refused(signs, session, "county").code == "review.same_person"
    assert where_after(signs(session, "city")) == ("province", "open", 1)


def test_who_made_the_campaign_does_not_review_it(session: Session, campaign: CampaignView) -> None:
    trail.record(session, campaign_id=campaign.id, now=NOW, by="city", action="campaign.created")
    signs(session, "county")
    visit_all(session)
    assert refused(signs, session, "city").code == "review.maker"
    assert read_review(session, campaign=campaign, by="city", now=LATER).rights.barred == "maker"
    assert where_after(signs(session, "city-2")) == ("province", "open", 1)


def test_only_a_settled_score_is_signed(session: Session) -> None:
    add_reviewed(session, score=False)
    assert refused(signs, session, "county").code == "review.not_settled"
    evaluations.evaluate(session, name="tiny", now=LATER, scorecard="fifth-option-only")
    assert refused(signs, session, "county").code == "review.not_settled"
    evaluations.evaluate(session, name="tiny", now=LATER)
    assert refused(signs, session, "county", evaluation=1).code == "review.not_settled"
    assert signs(session, "county").signed == 2


def test_everything_that_is_missing_is_said_at_once(session: Session, campaign: CampaignView) -> None:
    signs(session, "county")
    schools = draws(session).schools
    finds(session), finds(session)
    error = refused(signs, session, "city", statement="好")
    assert error.code == "review.not_ready"
    assert [each.code for each in error.problems] == [
        *("review.text_length", "review.unmended", "review.unmended"),
        *["review.unvisited"] * len(schools),
    ]
    assert {each.path for each in error.problems[1:]} == {"#1", "#2", *schools}
    assert where(session, campaign) == ("city", "open", 1)


def test_schools_that_nobody_visited_need_a_reason_and_a_draw_has_no_excuse(
    session: Session, campaign: CampaignView
) -> None:
    signs(session, "county")
    because = "大雪封山，其余学校改为电话核查。"
    assert [each.code for each in refused(signs, session, "city", unvisited=because).problems] == ["review.not_drawn"]
    draws(session)
    assert signs(session, "city", unvisited=because).stage == "province"
    act = read_review(session, campaign=campaign, by="province", now=LATER).acts[-1]
    assert act.unvisited == because


def test_a_new_evaluation_stands_beside_the_signed_one(session: Session, campaign: CampaignView) -> None:
    digest = signs(session, "county").signatures[0].digest
    add_answers(session, campaign, happy=1, key="late")
    assert evaluations.evaluate(session, name="tiny", now=LATER).number == 2
    found = standing(session, campaign_id=campaign.id)
    assert (found.signed, found.signatures[0].digest) == (1, digest)
    review = read_review(session, campaign=campaign, by="city", now=LATER)
    assert review.newer == 2
    assert review.verification.checked[0].agrees
    assert review.verification.same_data is False
    visit_all(session)
    assert refused(signs, session, "city", evaluation=2).code == "review.other_evaluation"
    returns(session, "city")
    assert signs(session, "county").signed == 2


def test_data_that_changed_is_found_though_its_number_did_not(session: Session, campaign: CampaignView) -> None:
    signs(session, "county")
    assert verify(session, name="tiny", now=LATER, read_all=True).same_data is True
    session.execute(text("UPDATE responses SET answers = :new WHERE campaign_id = :id"), {
        "new": bytes([2, 2, 2]), "id": campaign.id,
    })  # fmt: skip
    assert verify(session, name="tiny", now=LATER).same_data is True
    assert verify(session, name="tiny", now=LATER, read_all=True).same_data is False


def test_what_was_written_never_changes(session: Session, campaign: CampaignView) -> None:
    signs(session, "county")
    visits(session, draws(session).schools[0])
    finds(session)
    files = (Upload("a.pdf", b"%PDF-1.7"),)
    wanted = {"campaign": "tiny", "by": "county", "finding": 1, "text": "已经整改，情况说明如下。", "now": LATER}
    submit_evidence(session, files=files, **wanted)
    for table in WRITTEN:
        assert session.scalar(text(f"SELECT count(*) FROM {table}")), table
        for change in ("UPDATE {} SET number = 7", "DELETE FROM {}"):
            with pytest.raises(DBAPIError, match="never changes"), session.begin_nested():
                session.execute(text(change.format(table)))


def test_a_number_that_was_rewritten_all_the_same_is_found(session: Session, campaign: CampaignView) -> None:
    """Whoever rules the database can take the guard away, but not make the digest fit."""
    signs(session, "county")
    visit_all(session)
    on = " ON evaluations" if session.get_bind().dialect.name == "postgresql" else ""
    session.execute(text(f"DROP TRIGGER evaluations_no_update{on}"))
    session.execute(text("UPDATE evaluations SET result = replace(CAST(result AS text), '75.0', '95.0')" + (
        "::json" if on else ""
    )))  # fmt: skip
    session.expire_all()
    found = verify(session, name="tiny", now=LATER)
    assert [each.agrees for each in found.checked] == [False]
    assert not found.agrees
    assert refused(signs, session, "city").code == "review.rewritten"


def test_decisions_to_exclude_stay_while_a_score_is_signed(session: Session) -> None:
    campaign = add_reviewed(session, score=False)
    honesty.decide(session, campaign="tiny", rule="too-fast", reason=REASON, now=LATER, by="county")
    evaluations.evaluate(session, name="tiny", now=LATER)
    signs(session, "county")
    wanted: dict[str, Any] = {"campaign": "tiny", "number": 1, "reason": REASON, "now": LATER, "by": "county"}
    assert refused(honesty.withdraw, session, **wanted).code == "exclusion.signed"
    returns(session, "city")
    assert honesty.withdraw(session, **wanted).withdrawn_by == "county"
    assert where(session, campaign) == ("county", "returned", None)


def test_two_signers_at_once_make_one_signature(database: Database) -> None:
    with database.begin() as session:
        campaign = add_reviewed(session)
    barrier = Barrier(2)

    def hurry(by: str) -> str:
        barrier.wait()
        try:
            with database.begin() as session:
                signs(session, by)
        except SurveyError as error:
            return error.code
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(hurry, ["county", "deputy"]))
    assert said == ["review.not_yours", "signed"]
    with database.read() as session:
        assert len(standing(session, campaign_id=campaign.id).signatures) == 1


def test_campaigns_wait_for_whom_they_wait(session: Session, campaign: CampaignView) -> None:
    def waits(by: str, path: str = "/") -> list[tuple[bool, int, int, int]]:
        found = list_waiting(session, by=by, path=path, now=LATER, today=DAY + timedelta(days=30))
        return [(each.turn, each.to_judge, each.to_mend, each.overdue) for each in found]

    assert (waits("county"), waits("city")) == ([(True, 0, 0, 0)], [(False, 0, 0, 0)])
    signs(session, "county")
    finding = finds(session)
    assert (waits("county"), waits("city")) == ([(False, 0, 1, 1)], [(True, 0, 0, 1)])
    submit_evidence(
        session, campaign="tiny", by="county", finding=finding.number, text="已经整改，情况说明如下。", files=(),
        now=LATER,
    )  # fmt: skip
    assert (waits("county"), waits("city")) == ([(False, 0, 0, 0)], [(True, 1, 0, 0)])
    assert waits("province") == [(False, 1, 0, 0)]
    assert waits("city", "/nowhere/") == []
    open_one = campaigns.list_campaigns(session, path="/", now=NOW)
    assert [each.state for each in open_one] == ["open"]
    assert list_waiting(session, by="city", path="/", now=NOW, today=DAY) == ()


def test_the_page_offers_what_the_looker_may_do(session: Session, campaign: CampaignView) -> None:
    def rights(by: str) -> set[str]:
        found = read_review(session, campaign=campaign, by=by, now=LATER).rights
        return {name for name in ("sign", "give_back", "draw", "visit", "find") if getattr(found, name)}

    assert rights("county") == {"sign"}
    assert rights("city") == {"visit", "find"}
    assert rights("province") == {"find"}
    assert rights("analyst") == rights("root") == rights("inspector") == set()
    signs(session, "county")
    assert rights("county") == set()
    assert rights("city") == {"sign", "give_back", "draw", "visit", "find"}
