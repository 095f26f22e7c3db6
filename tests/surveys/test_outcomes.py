"""What became of everybody who was asked: derived from answers and codes, recorded by officers, told as rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import trail
from surveys.campaigns import CampaignView, close_campaign, seal_campaign
from surveys.datasets import load_dataset
from surveys.datasets.finishing import Finished, count_finished, finished_of
from surveys.errors import SurveyError
from surveys.fieldwork.dispositions import DispositionRow, DispositionTable, cover_small, list_dispositions
from surveys.fieldwork.outcomes import record_outcomes
from surveys.fieldwork.returns import record_returns
from surveys.models import Code, CodeOutcome
from tests.factories import (
    NOW,
    PEOPLE,
    TODAY,
    add_campaign,
    add_posters,
    add_slips,
    instrument_document,
    issue_slips,
    open_door,
    publish_paper,
    send,
    void,
)


def record(session: Session, campaign: CampaignView, group: str = "parent", school: Any = "P01", **counts: int) -> None:
    record_outcomes(session, campaign_id=campaign.id, group=group, school=school, counts=counts, now=NOW, by="officer")


def record_table(session: Session, campaign: CampaignView, *lines: str) -> int:
    content = "\n".join(lines).encode()
    return record_returns(session, campaign_id=campaign.id, content=content, filename="x.csv", now=NOW, by="officer")


def look(session: Session, campaign: CampaignView) -> DispositionTable:
    return list_dispositions(session, campaign_id=campaign.id)


def find(rows: Sequence[DispositionRow], group: str | None, school: str | None = None) -> DispositionRow:
    (row,) = (row for row in rows if (row.group, row.school_code) == (group, school))
    return row


def shares(row: DispositionRow) -> list[float | None]:
    return [row.rates.rr1, row.rates.rr2, row.rates.rr3, row.rates.ref1, row.rates.con1]


def refusal(error: pytest.ExceptionInfo[SurveyError]) -> list[tuple[str, int | None, str | None, Mapping[str, object]]]:
    assert error.value.code == "outcomes.invalid"
    return [(each.code, each.row, each.value, each.params) for each in error.value.problems]


# What is derived


def test_a_place_with_slips(session: Session) -> None:
    """20 were asked: 6 answered all questions, 2 two of three; 3 refused, 1 was not reached, 2 moved away."""
    campaign = add_campaign(session)
    slips = add_slips(session, campaign, count=20)
    for number, slip in enumerate(slips[:8]):
        door = open_door(session, slip)
        raw = {"teaching": ["4"], "overall": ["4"], **({"homework": ["4"]} if number < 6 else {})}
        send(session, door, raw=raw)
    record(session, campaign, refused=3, not_reached=1, not_eligible=2)
    table = look(session, campaign)
    row = find(table.places, "parent", "P01")
    assert row.listed
    cases = (row.asked, row.complete, row.partial, row.refused, row.not_reached, row.not_eligible, row.unknown)
    assert cases == (20, 6, 2, 3, 1, 2, 6)
    # N = 12, U = 6, e = 12 / 14
    assert shares(row) == pytest.approx([6 / 18, 8 / 18, 6 / (12 + 12 / 14 * 6), 3 / 18, 11 / 18])
    assert row.rates.participation is None
    assert table.eligibility == pytest.approx(12 / 14)
    assert shares(table.totals[0]) == pytest.approx(shares(row)), "it is the only place with a list"


def test_places_without_a_list_take_part_and_have_no_response_rate(session: Session) -> None:
    """By posters nobody knows who was asked; slips beside a poster are not all who were."""
    campaign = add_campaign(session)
    posters = add_posters(session, campaign)
    issue_slips(session, campaign, count=5)
    poster = next(each for each in posters if (each.group, each.school_code) == ("parent", "P01"))
    for _ in range(15):
        send(session, open_door(session, poster))
    table = look(session, campaign)
    row = find(table.places, "parent", "P01")
    assert (row.listed, row.asked, row.responses, row.unknown) == (False, 60, 15, 45)
    assert row.rates.participation == pytest.approx(0.25)
    assert shares(row) == [None] * 5
    assert find(table.groups, "parent").rates.participation == pytest.approx(15 / 180)
    assert [row.listed for row in table.totals] == [False]
    assert table.eligibility is None


def test_sums_keep_places_with_a_list_and_without_one_apart(session: Session) -> None:
    campaign = add_campaign(session)
    issue_slips(session, campaign, school="P01", count=10)
    issue_slips(session, campaign, school="P02", count=30)
    issue_slips(session, campaign, group="teacher", school="P02", count=4)
    record(session, campaign, school="P02", refused=6)
    record(session, campaign, group="teacher", school="P02", not_eligible=1)
    table = look(session, campaign)
    parents = [row for row in table.groups if row.group == "parent"]
    assert [(row.listed, row.asked, row.refused, row.unknown) for row in parents] == [
        (True, 40, 6, 34),
        (False, 80, 0, 80),
    ]
    assert [(row.listed, row.asked) for row in table.totals] == [(True, 44), (False, 408 - 60 - 40 - 5)]
    assert table.totals[0].rates.ref1 == pytest.approx(6 / 43)
    assert table.eligibility == pytest.approx(6 / 7)


def test_nothing_is_known_of_a_new_campaign(session: Session) -> None:
    campaign = add_campaign(session)
    issue_slips(session, campaign, count=10)
    table = look(session, campaign)
    assert shares(find(table.places, "parent", "P01")) == [0, 0, None, 0, 0]
    assert find(table.places, "npc_deputy").rates.participation == 0


def test_more_cases_than_were_asked_are_told(session: Session) -> None:
    campaign = add_campaign(session)
    slip, _ = add_slips(session, campaign, count=2)
    record(session, campaign, refused=2)
    send(session, open_door(session, slip))
    row = find(look(session, campaign).places, "parent", "P01")
    assert (row.asked, row.responses, row.refused, row.unknown, row.excess, row.left) == (2, 1, 2, 0, 1, 1)


def test_calls_count_while_nobody_has_used_the_code(session: Session) -> None:
    """And for ever once the campaign is sealed, when nothing tells any more which codes they were about."""
    campaign = add_campaign(session)
    slips = add_slips(session, campaign, count=6)
    numbers = session.scalars(select(Code.number).where(Code.campaign_id == campaign.id).order_by(Code.position)).all()
    for number, outcome in zip(numbers, ("refused", "refused", "not_reached", "unknown"), strict=False):
        session.add(CodeOutcome(campaign_id=campaign.id, number=number, outcome=outcome, recorded_on=TODAY))
    session.flush()
    send(session, open_door(session, slips[0]))  # after all
    record(session, campaign, refused=1)
    row = find(look(session, campaign).places, "parent", "P01")
    assert (row.complete, row.refused, row.not_reached, row.unknown) == (1, 2, 1, 2)
    assert (row.recorded, row.left) == ({"refused": 1}, 3)
    close_campaign(session, name="tiny", now=NOW)
    seal_campaign(session, name="tiny", now=NOW, today=TODAY)
    sealed = find(look(session, campaign).places, "parent", "P01")
    assert (sealed.complete, sealed.refused, sealed.not_reached, sealed.unknown) == (1, 2, 1, 2)
    assert session.scalars(select(CodeOutcome)).all() == []


# How much was answered


@pytest.mark.parametrize(("optional", "read"), [(2, False), (5, True)])
def test_who_leaves_out_much_is_partial_and_who_leaves_out_most_broke_off(
    session: Session, optional: int, read: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of ten questions 8 are complete, 5 are partial, 4 are not; answers are read only where that can be."""
    campaign = add_long_campaign(session, optional)
    reads = spy(monkeypatch)
    for slip, left_out in zip(add_slips(session, campaign, count=6), (0, 2, 3, 5, 6, 6), strict=True):
        gone = min(left_out, optional)
        door = open_door(session, slip)
        send(session, door, raw=first_answers(10 - gone))
    expected = Finished(2, 4, 0) if read else Finished(6)
    assert count_finished(session, campaign_id=campaign.id) == {find_place(session): expected}
    assert bool(reads) == read
    dataset = load_dataset(session, campaign_id=campaign.id, beside=True)
    assert finished_of(dataset) == {find_place(session): expected}, "of forms that were read already"


def test_break_offs_are_refusals(session: Session) -> None:
    campaign = add_long_campaign(session, 9)
    for slip, given in zip(add_slips(session, campaign, count=5), (10, 5, 4, 1), strict=False):
        send(session, open_door(session, slip), raw=first_answers(given))
    row = find(look(session, campaign).places, "parent", "P01")
    assert (row.complete, row.partial, row.refused, row.unknown) == (1, 1, 2, 1)
    assert row.recorded == {}


def add_long_campaign(session: Session, optional: int) -> CampaignView:
    """Everybody is asked ten questions, of which the last need not be answered."""
    (section,) = instrument_document()["sections"]
    first, *_, overall = section["items"]
    items = [{**first, "id": f"q{number}"} for number in range(1, 10)]
    asked = [{**item, "required": number < 10 - optional} for number, item in enumerate([overall, *items])]
    publish_paper(session, instrument="long", sections=[{**section, "items": asked}])
    groups = {group for groups in PEOPLE.values() for group in groups}
    return add_campaign(session, papers={group: ["long"] for group in sorted(groups)})


def first_answers(count: int) -> dict[str, Sequence[str]]:
    return {name: ["4"] for name in ["overall", *(f"q{number}" for number in range(1, 10))][:count]}


def spy(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    from surveys.datasets import finishing

    reads: list[bool] = []
    original = finishing.load_piles
    monkeypatch.setattr(finishing, "load_piles", lambda *args, **named: reads.append(True) or original(*args, **named))
    return reads


def find_place(session: Session) -> tuple[str, int | None]:
    group, school = session.execute(select(Code.group, Code.school_id).limit(1)).one()
    return group, school


# What is recorded


def test_counts_take_the_place_of_those_before_and_are_on_the_trail(session: Session) -> None:
    campaign = add_campaign(session)
    issue_slips(session, campaign, count=10)
    record(session, campaign, refused=3, other=1)
    record(session, campaign, refused=2, not_reached=4)
    record(session, campaign, refused=2, not_reached=4)  # nothing new
    record(session, campaign, group="npc_deputy", school=None, refused=1)
    row = find(look(session, campaign).places, "parent", "P01")
    assert row.recorded == {"refused": 2, "not_reached": 4}
    deeds = trail.list_deeds(session, campaign_id=campaign.id, action="outcomes.recorded")
    assert [(deed.by, deed.facts["school"], deed.facts["refused"], deed.facts["other"]) for deed in deeds] == [
        ("officer", None, 1, 0),
        ("officer", "P01", 2, 0),
        ("officer", "P01", 3, 1),
    ]


def test_all_who_were_asked_may_be_recorded_and_nobody_more(session: Session) -> None:
    campaign = add_campaign(session)
    slips = add_slips(session, campaign, count=10)
    for slip in slips[:4]:
        send(session, open_door(session, slip))
    record(session, campaign, refused=6)
    with pytest.raises(SurveyError) as error:
        record(session, campaign, refused=6, other=1)
    assert refusal(error) == [("outcomes.too_many", None, "7", {"limit": 6, "asked": 10})]
    with pytest.raises(SurveyError) as error:
        record(session, campaign, group="npc_deputy", school=None, refused=21)
    assert refusal(error) == [("outcomes.too_many", None, "21", {"limit": 20, "asked": 20})]


def test_every_problem_is_told(session: Session) -> None:
    campaign = add_campaign(session)
    with pytest.raises(SurveyError) as error:
        record(session, campaign, school="P09", refused=-1, other=-2)
    assert [each[:3] for each in refusal(error)] == [
        ("outcomes.count", None, "-1"),
        ("outcomes.count", None, "-2"),
        ("outcomes.place", None, "P09 parent"),
    ]


def test_a_table_of_places(session: Session) -> None:
    campaign = add_campaign(session)
    for school in ("P01", "P02"):
        issue_slips(session, campaign, school=school, count=10)
    record(session, campaign, refused=1)
    header = "学校代码,调查对象,拒访,未接触,不符合条件"
    assert record_table(session, campaign, header, "P01,家长,2,,3", "P02,parent,0,4,-", "全县,人大代表,1,,") == 3
    assert record_table(session, campaign, header, "P01,家长,2,,3", "P02,家长,0,5,") == 1
    rows = look(session, campaign).places
    assert find(rows, "parent", "P01").recorded == {"refused": 2, "not_eligible": 3}
    assert find(rows, "parent", "P02").recorded == {"not_reached": 5}
    assert find(rows, "npc_deputy").recorded == {"refused": 1}


def test_all_that_is_wrong_with_a_table_is_told_and_nothing_written(session: Session) -> None:
    campaign = add_campaign(session)
    issue_slips(session, campaign, count=3)
    lines = ("school,group,refused,notes", "P01,parent,4,", "P09,parent,1,", "P02,家长们,1,", "P02,parent,1.5,",
             "P02,parent,1,", "J01,parent,1,")  # fmt: skip
    with pytest.raises(SurveyError) as error:
        record_table(session, campaign, *lines)
    assert [each[:2] for each in refusal(error)] == [
        ("outcomes.column_unknown", None),
        ("outcomes.too_many", 2),
        ("outcomes.place", 3),
        ("outcomes.group", 4),
        ("outcomes.count", 5),
        ("outcomes.repeated", 6),
    ]
    assert not any(row.recorded for row in look(session, campaign).places)
    with pytest.raises(SurveyError) as error:
        record_table(session, campaign, "学校,拒访", "P01,4")
    assert [each[0] for each in refusal(error)][:3] == [
        "outcomes.column_unknown",
        "outcomes.column_missing",
        "outcomes.column_missing",
    ]


def test_a_voided_slip_asks_nobody(session: Session) -> None:
    campaign = add_campaign(session)
    issue_slips(session, campaign, count=4)
    void(session, Code.position == 4)
    assert find(look(session, campaign).places, "parent", "P01").asked == 3


def test_who_does_not_record_sees_nothing_of_a_few(session: Session) -> None:
    """Eight, five and twelve teachers: the two small places hide each other; three principals are hidden as a group."""
    campaign = add_campaign(session)
    record(session, campaign, group="principal", school="P01", refused=1)
    whole = look(session, campaign)
    seen = cover_small(whole)
    assert [(row.group, row.school_code) for row in seen.places] == [
        (row.group, row.school_code) for row in whole.places
    ]
    gone = {(row.group, row.school_code) for row in seen.places if row.hidden}
    teachers = {school for group, school in gone if group == "teacher"}
    assert teachers == {"P01", "P02"}
    assert {school for group, school in gone if group == "principal"} == {"P01", "P02", "J01"}
    principal = find(seen.places, "principal", "P01")
    assert (principal.refused, principal.unknown, principal.recorded, principal.asked) == (0, 0, {}, 1)
    hidden = [row for row in seen.groups if row.hidden]
    assert find(seen.groups, "principal") in hidden
    assert sum(row.asked for row in hidden) >= 10, "nor is a group what the others leave of all"
    assert seen.totals == whole.totals
