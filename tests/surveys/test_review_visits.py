"""Schools to visit: never fewer than 40 %, in proportion, drawn again from the seed; and what visitors record."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from surveys.errors import SurveyError
from surveys.models import STAGES
from surveys.review.drawing import COMPULSORY, audit, audit_draws, list_draws
from surveys.review.sampling import Listed, count_drawn, select_schools
from surveys.review.visiting import POINTS, Seen, list_unvisited, list_visits
from tests.surveys.reviewers import DAY, LATER, REASON, add_reviewed, all_well, draws, signs, visit_all, visits
from tests.surveys.test_review import refused

STRATA = ("rural.primary", "rural.teaching_point", "town.junior", "town.primary", "urban.junior", "urban.primary")
FRAMES = st.lists(st.sampled_from(STRATA), min_size=1, max_size=300)
SEEDS = st.integers(0, 2**40 - 1)


def listed(strata: list[str]) -> list[Listed]:
    return [(f"S{number:03}", stratum) for number, stratum in enumerate(strata)]


@pytest.mark.parametrize("share", [40, 41, 55, 100])
def test_never_fewer_than_the_share_and_never_a_school_more(share: int) -> None:
    for schools in range(1, 301):
        drawn = count_drawn(schools, share)
        assert 100 * drawn >= share * schools > 100 * (drawn - 1)


@settings(max_examples=60, deadline=None)
@given(strata=FRAMES, share=st.integers(40, 100), seed=SEEDS)
def test_a_draw_is_repeatable_and_proportional(strata: list[str], share: int, seed: int) -> None:
    schools = listed(strata)
    drawn = select_schools(schools, share=share, seed=seed)
    assert len(set(drawn)) == len(drawn) == count_drawn(len(schools), share)
    assert select_schools(schools[::-1], share=share, seed=seed) == drawn
    where, there = dict(schools), Counter(strata)
    taken = Counter(where[code] for code in drawn)
    for stratum, size in there.items():
        assert floor(size * len(drawn) / len(schools)) <= taken[stratum] <= -(-size * len(drawn) // len(schools))


def test_every_school_has_the_same_chance() -> None:
    schools = listed(["urban.primary"] * 4 + ["rural.primary"] * 6 + ["town.junior"])
    times, seeds = Counter[str](), 4000
    for seed in range(seeds):
        times.update(select_schools(schools, share=40, seed=seed))
    expected = seeds * 5 / 11
    spread = (seeds * 5 / 11 * 6 / 11) ** 0.5
    assert set(times) == {code for code, _ in schools}
    assert all(abs(count - expected) < 4.5 * spread for count in times.values())


def test_all_stages_of_ours_are_compulsory() -> None:
    """One that is added to the frame and is not must be left out here."""
    assert {"primary", "junior", "nine_year", "complete_secondary", "special", "teaching_point"} == COMPULSORY
    assert set(STAGES) == COMPULSORY


def test_another_draw_needs_a_reason_and_both_stay_listed(session: Session) -> None:
    campaign = add_reviewed(session)
    signs(session, "county")
    first = draws(session)
    assert (len(first.schools), first.share, first.reason) == (2, 40, None)
    assert [each.code for each in refused(draws, session, seed=8).problems] == ["review.text_length"]
    second = draws(session, seed=8, share=100, reason=REASON)
    assert list_draws(session, campaign_id=campaign.id) == (first, second)
    assert (second.number, second.schools, second.reason) == (2, ("J01", "P01", "P02"), REASON)


def test_a_smaller_share_is_refused(session: Session) -> None:
    add_reviewed(session)
    signs(session, "county")
    for share in (-1, 0, 39, 101):
        error = refused(draws, session, share=share)
        assert [(each.code, each.field) for each in error.problems] == [("review.share", "share")]


def test_a_draw_that_was_touched_is_found(session: Session) -> None:
    campaign = add_reviewed(session)
    signs(session, "county")
    draw = draws(session)
    (found,) = audit_draws(session, campaign="tiny", now=LATER)
    assert found.agrees
    on = " ON review_draws" if session.get_bind().dialect.name == "postgresql" else ""
    session.execute(text(f"DROP TRIGGER review_draws_no_update{on}"))
    session.execute(text("UPDATE review_draws SET seed = seed + 1"))
    session.expire_all()
    (found,) = audit_draws(session, campaign="tiny", now=LATER)
    assert not found.agrees
    assert not audit(draw, (draw.frame, draw.listed[:-1])).agrees
    assert campaign.id


def test_a_visit_says_everything_that_is_wrong_at_once(session: Session) -> None:
    add_reviewed(session)
    signs(session, "county")
    school = draws(session).schools[0]
    points = {**all_well(), "untold": Seen("no"), "people": Seen("perhaps")}
    error = refused(
        visits, session, school, points=points, visitors=" ", visited_on=DAY + timedelta(days=1), remark="长" * 2001
    )
    assert [(each.code, each.field) for each in error.problems] == [
        ("review.visit_day", "visited_on"),
        ("review.text_length", "visitors"),
        ("review.text_length", "remarks.untold"),
        ("review.choice", "points.people"),
        ("review.text_length", "remark"),
    ]
    assert refused(visits, session, "P99").code == "review.school_not_drawn"


def test_schools_still_to_be_visited(session: Session) -> None:
    campaign = add_reviewed(session)
    signs(session, "county")
    one, two = draws(session).schools
    assert list_unvisited(session, campaign_id=campaign.id) == (one, two)
    visits(session, two)
    assert list_unvisited(session, campaign_id=campaign.id) == (one,)
    points = {**all_well(), "sealed": Seen("no", "答题条夹在课本里发")}
    again = visits(session, two, points=points)
    assert [each.number for each in list_visits(session, campaign_id=campaign.id)] == [1, 2]
    assert (again.failed, set(again.points)) == (("sealed",), set(POINTS))


def test_no_visit_before_a_draw_nor_after_the_signature(session: Session) -> None:
    add_reviewed(session)
    assert refused(visits, session, "P01").code == "review.school_not_drawn"
    signs(session, "county")
    visit_all(session)
    signs(session, "city")
    assert refused(visits, session, "P01").code == "review.wrong_stage"
    with pytest.raises(SurveyError, match=r"review\.wrong_stage"):
        draws(session, seed=3, reason=REASON)
