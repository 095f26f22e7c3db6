"""Ways in besides posters and slips: messages, forms on paper keyed twice, the telephone; each answer keeps its way."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from surveys import models, paper, trail
from surveys.campaigns import CampaignView, get_campaign
from surveys.codes import Slip
from surveys.codes.naming import Which
from surveys.codes.sending import ONE_MESSAGE, Message, export_messages, list_announcements
from surveys.codes.voiding import list_voids, void_slips
from surveys.errors import SurveyError
from surveys.fieldwork import calls
from surveys.paper.keying import get_form
from tests.factories import (
    NOW,
    PEOPLE,
    SECRET,
    TODAY,
    add_campaign,
    add_county,
    add_posters,
    drawer,
    fill_in,
    fresh_key,
    issue_slips,
    list_slips,
    open_door,
    publish_paper,
    send,
    void,
)

CLOCK: dict[str, Any] = {"now": NOW, "today": TODAY, "secret": SECRET}
PLACE = {"group": "parent", "school": "P01"}


def refusal(error: pytest.ExceptionInfo[SurveyError]) -> tuple[str, list[tuple[str, str | None]]]:
    return error.value.code, [(each.code, each.field) for each in error.value.problems]


def channels(session: Session) -> Counter[str]:
    return Counter(session.scalars(select(models.Response.channel)))


def answers(session: Session) -> list[bytes]:
    return list(session.scalars(select(models.Response.answers)))


def waiting(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(models.PaperEntry)) or 0


# Messages


def messages(session: Session, campaign: CampaignView, **changes: Any) -> tuple[Message, ...]:
    wanted: dict[str, Any] = {**PLACE, "count": 3, "base_url": "https://x.gov.cn", "closes": "5月17日"} | changes
    return export_messages(session, campaign=campaign, draw=drawer(7), by="officer", **CLOCK, **wanted)


def test_a_message_has_a_link_that_works_once_and_is_of_the_channel_sms(session: Session) -> None:
    campaign = add_campaign(session)
    issue_slips(session, campaign, count=2)
    sent = messages(session, campaign)
    assert [each.serial for each in sent] == [3, 4, 5]
    for each in sent:
        assert each.link in each.text
        assert "模拟县督导委员会" in each.text
        assert "匿名" in each.text
        assert len(each.text) <= ONE_MESSAGE
        assert each.parts == 1
    door = open_door(session, sent[0].link.rsplit("/", 1)[1])
    send(session, door)
    assert channels(session) == {"sms": 1}
    with pytest.raises(SurveyError, match=r"code\.used"):
        send(session, open_door(session, sent[0].typed))


def test_messages_that_were_not_used_are_exported_again(session: Session) -> None:
    campaign = add_campaign(session)
    first = messages(session, campaign)
    send(session, open_door(session, first[1].typed))
    void(session, models.Code.position == 3)
    again = messages(session, campaign, group=None, school=None, count=None)
    assert again == (first[0],)
    deeds = trail.list_deeds(session, campaign_id=campaign.id, action="codes.exported")
    assert [(deed.by, deed.facts["count"]) for deed in deeds] == [("officer", 1), ("officer", 3)]
    assert first[0].typed not in str(deeds)
    assert first[0].link not in str(deeds)


def test_there_is_nothing_to_export_again_before_anything_was_issued(session: Session) -> None:
    with pytest.raises(SurveyError, match=r"sending\.nothing"):
        messages(session, add_campaign(session), count=None)


def test_a_long_name_shortens_the_wording_before_the_message_becomes_two(session: Session) -> None:
    campaign = add_campaign(session, title={"zh-CN": "很长" * 20, "en": "x"}, organiser={"zh-CN": "县" * 30, "en": "x"})
    (one, *_) = messages(session, campaign, base_url="https://a-long-name-of-a-county.edu.gov.cn")
    assert one.link in one.text
    assert "匿名" in one.text
    assert one.parts == 2


def test_a_text_for_each_open_code_says_who_asks_until_when_and_where_to_report(session: Session) -> None:
    campaign = add_campaign(session, contact="0000-1234")
    add_posters(session, campaign)
    texts = list_announcements(
        session,
        campaign=campaign,
        school="P01",
        base_url="https://x.gov.cn",
        period=("2026-05-11 08:00", "2026-05-17 18:00"),
        secret=SECRET,
    )
    assert {each.group for each in texts} == {"student", "parent", "teacher", "principal"}
    text = next(each for each in texts if each.group == "parent").text
    for said in (
        "模拟县督导委员会",
        "家长",
        "P01学校",
        "2026-05-17 18:00",
        "0000-1234",
        "匿名",
        "任何人不得规定",
        "模拟数据",
    ):
        assert said in text
    token = text.partition("/r/")[2].partition("\n")[0]
    assert open_door(session, token).kind == "open"


# Paper


def forms(session: Session, campaign: CampaignView, count: int = 1, **changes: Any) -> tuple[Slip, ...]:
    wanted: dict[str, Any] = {**PLACE, "paper": None, "count": count} | changes
    return paper.print_forms(session, campaign=campaign, draw=drawer(9), by="officer", **CLOCK, **wanted).codes


def key(session: Session, campaign: CampaignView, form: Slip, by: str, **changes: Any) -> paper.Keyed:
    instrument = open_door(session, form).papers[0].instrument
    raw = fill_in(instrument, **{name: [value] for name, value in changes.items() if name != "comment"})
    comment = changes.get("comment")
    return paper.key_form(
        session, campaign=campaign, typed=form.typed, version_id=None, raw=raw, comment=comment, by=by, **CLOCK
    )


def settle(session: Session, campaign: CampaignView, form: Slip, **chosen: str) -> paper.Keyed:
    number = open_door(session, form).code.number
    assert number is not None
    return paper.settle(session, campaign=campaign, number=number, chosen=chosen, by="officer", **CLOCK)


def test_two_keyings_that_agree_are_one_response_by_the_channel_paper(session: Session) -> None:
    campaign = add_campaign(session)
    (form,) = forms(session, campaign)
    assert key(session, campaign, form, "ivy", comment="很好。") == paper.Keyed("waiting")
    assert waiting(session) == 1
    assert answers(session) == []
    stored = key(session, campaign, form, "ben", comment=" 很 好")
    assert stored.state == "stored"
    assert stored.receipt
    assert not stored.repeated
    assert channels(session) == {"paper": 1}
    assert waiting(session) == 0
    assert session.scalars(select(models.Comment.text)).all() == ["很好。"]


def test_a_form_that_comes_again_gets_the_first_receipt(session: Session) -> None:
    campaign = add_campaign(session)
    (form,) = forms(session, campaign)
    assert key(session, campaign, form, "ivy") == paper.Keyed("waiting")
    assert key(session, campaign, form, "ivy") == paper.Keyed("waiting", repeated=True)
    first = key(session, campaign, form, "ben")
    again = key(session, campaign, form, "cleo")
    assert again.repeated
    assert first.receipt
    assert again.receipt
    assert again.receipt.number == first.receipt.number
    assert len(answers(session)) == 1
    assert waiting(session) == 0


def test_nobody_keys_a_form_twice_and_nobody_a_third_time(session: Session) -> None:
    campaign = add_campaign(session)
    (form,) = forms(session, campaign)
    key(session, campaign, form, "ivy")
    with pytest.raises(SurveyError, match=r"paper\.same_keyer"):
        key(session, campaign, form, "ivy", teaching="3")
    assert key(session, campaign, form, "ben", teaching="3").state == "different"
    with pytest.raises(SurveyError, match=r"paper\.keyed_twice"):
        key(session, campaign, form, "cleo")
    assert answers(session) == []


def test_differences_are_listed_and_settled_one_by_one(session: Session) -> None:
    campaign = add_campaign(session)
    form, other = forms(session, campaign, 2)
    key(session, campaign, other, "ivy")
    key(session, campaign, form, "ivy", homework="", comment="好")
    key(session, campaign, form, "ben", teaching="3", comment="不好")
    first, second = paper.list_pending(session, campaign=campaign)
    assert (first.serial, first.state, first.differences, first.keyed_by) == (1, "different", 3, ("ivy", "ben"))
    assert (second.serial, second.state, second.differences) == (2, "waiting", 0)
    found = paper.get_disagreement(session, campaign=campaign, number=first.number, secret=SECRET, now=NOW)
    assert [(each.name, each.first, each.second) for each in found.differences] == [
        ("teaching", "4", "3"), ("homework", "", "4"), ("comment", "好", "不好"),
    ]  # fmt: skip
    with pytest.raises(SurveyError) as refused:
        settle(session, campaign, form, teaching="3")
    assert refusal(refused) == ("paper.unsettled", [("paper.choose", "homework"), ("paper.choose", "comment")])
    stored = settle(session, campaign, form, teaching="2", homework="", comment="2")
    assert answers(session) == [bytes([2, 0, 4])]  # 2 was keyed by neither: the form is right
    assert session.scalars(select(models.Comment.text)).all() == ["不好"]
    assert settle(session, campaign, form).receipt == stored.receipt or settle(session, campaign, form).repeated
    (deed,) = trail.list_deeds(session, campaign_id=campaign.id, action="paper.settled")
    assert deed.facts == {"differences": 3}
    assert [each.serial for each in paper.list_pending(session, campaign=campaign)] == [2]


def test_what_is_settled_is_checked_like_any_answer(session: Session) -> None:
    campaign = add_campaign(session)
    (form,) = forms(session, campaign)
    key(session, campaign, form, "ivy")
    key(session, campaign, form, "ben", teaching="3")
    with pytest.raises(SurveyError) as refused:
        settle(session, campaign, form, teaching="7")
    assert refusal(refused) == ("answers.invalid", [("answers.not_an_option", "teaching")])
    assert waiting(session) == 2


def test_wrong_codes_are_refused_for_what_they_are(session: Session) -> None:
    campaign = add_campaign(session)
    elsewhere = add_campaign(session, campaign="elsewhere", county="other")
    issue_slips(session, campaign)
    (slip,) = list_slips(session, campaign, way="slip")
    (form,) = forms(session, campaign)
    (strange,) = forms(session, elsewhere)
    used, gone = forms(session, campaign, 2)
    send(session, open_door(session, used))
    void(session, models.Code.position == gone.position)
    find: dict[str, Any] = {"session": session, "campaign": campaign, "secret": SECRET, "now": NOW}
    assert paper.find_form(typed=form.typed.lower(), **find).serial == form.position
    wrong = {"paper.not_a_form": slip.typed, "code.unknown": strange.typed, "paper.void": gone.typed}
    wrong["code.mistyped"] = form.typed[:-1] + ("0" if form.typed[-1] != "0" else "1")
    for code, typed in wrong.items():
        with pytest.raises(SurveyError) as refused:
            paper.find_form(typed=typed, **find)
        assert refused.value.code == code
    with pytest.raises(SurveyError, match=r"code\.used"):
        key(session, campaign, used, "ivy")
    assert waiting(session) == 0
    assert channels(session) == {"personal": 1}


def test_every_problem_of_a_keying_at_once(session: Session) -> None:
    campaign = add_campaign(session)
    (form,) = forms(session, campaign)
    with pytest.raises(SurveyError) as refused:
        key(session, campaign, form, "ivy", teaching="7", overall="")
    assert refusal(refused) == (
        "answers.invalid", [("answers.not_an_option", "teaching"), ("answers.required", "overall")],
    )  # fmt: skip
    assert waiting(session) == 0


def test_a_form_keyed_as_two_papers_is_keyed_again(session: Session) -> None:
    add_county(session)
    publish_paper(session, instrument="twin")
    papers = {
        group: ["tiny", "twin"] if group == "parent" else ["tiny"] for places in PEOPLE.values() for group in places
    }
    campaign = add_campaign(session, papers=papers)
    with pytest.raises(SurveyError, match=r"paper\.choose_paper"):
        forms(session, campaign)
    form = forms(session, campaign, paper="twin")[-1]
    door = open_door(session, form)
    assert door.code.number is not None
    keyed = {"typed": form.typed, "raw": fill_in(door.papers[0].instrument), "comment": None, **CLOCK}
    with pytest.raises(SurveyError, match=r"answers\.wrong_paper"):
        paper.key_form(session, campaign=campaign, version_id=None, by="ivy", **keyed)
    for one, by in zip(door.papers, ("ivy", "ben"), strict=True):
        kept = paper.key_form(session, campaign=campaign, version_id=one.version_id, by=by, **keyed)
    assert kept.state == "different"
    with pytest.raises(SurveyError, match=r"paper\.two_papers"):
        settle(session, campaign, form, paper="1")
    this: dict[str, Any] = {"campaign": campaign, "number": door.code.number, "by": "officer", "now": NOW}
    paper.discard_keyings(session, **this)
    assert waiting(session) == 0
    with pytest.raises(SurveyError, match=r"paper\.nothing_waits"):
        paper.discard_keyings(session, **this)


def test_forms_are_printed_again_only_while_their_codes_are_unused(session: Session) -> None:
    campaign = add_campaign(session)
    first, second = forms(session, campaign, 2)
    send(session, open_door(session, first))
    assert forms(session, campaign, count=None) == (second,)  # type: ignore[arg-type]
    with pytest.raises(SurveyError, match=r"paper\.no_forms"):
        forms(session, campaign, count=None, group="teacher")  # type: ignore[arg-type]
    with pytest.raises(SurveyError, match=r"paper\.choose_paper"):
        forms(session, campaign, paper="nope")


# Keyings from files


def table(session: Session, codes: list[Slip], **changes: str) -> bytes:
    cells = {"teaching": "4", "homework": "4", "overall": "4", "comment": ""} | changes
    lines = [",".join(("code", *cells)), *(",".join((code.typed, *cells.values())) for code in codes)]
    return "\r\n".join(lines).encode("utf-8-sig")


def bring(session: Session, campaign: CampaignView, content: bytes, nth: int, by: str) -> paper.ImportedKeyings:
    return paper.import_keyings(
        session, campaign=campaign, content=content, filename="keyed.csv", nth=nth, by=by, **CLOCK
    )


def test_two_files_make_responses_and_a_file_that_comes_again_changes_nothing(session: Session) -> None:
    campaign = add_campaign(session)
    codes = list(forms(session, campaign, 4))
    send(session, open_door(session, codes[3]))
    first = bring(session, campaign, table(session, codes), 1, "command")
    assert (first.rows, first.fresh, first.repeated, first.stored, first.used) == (4, 3, 0, 0, (5,))
    again = bring(session, campaign, table(session, codes), 1, "command")
    assert (again.fresh, again.repeated, again.used) == (0, 3, (5,))
    other = table(session, codes[:2]) + b"\r\n" + f"{codes[2].typed},1,4,4,".encode()
    second = bring(session, campaign, other, 2, "command")
    assert (second.fresh, second.stored, second.different) == (3, 2, 1)
    after = bring(session, campaign, table(session, codes), 1, "command")
    assert (after.fresh, after.repeated, after.used) == (0, 3, (5,))
    assert channels(session) == {"paper": 2, "personal": 1}
    assert waiting(session) == 2
    assert len(trail.list_deeds(session, campaign_id=campaign.id, action="paper.keyed")) == 2


def test_every_problem_of_a_file_with_its_row_and_column(session: Session) -> None:
    campaign = add_campaign(session)
    issue_slips(session, campaign)
    (slip,) = list_slips(session, campaign, way="slip")
    one, two = forms(session, campaign, 2)
    rows = [
        "code,teaching,homework,overall",
        f"{one.typed},4,4,4",
        f"{two.typed},7,,",
        f"{one.typed},4,4,4",
        f"{slip.typed},4,4,4",
        ",4,4,4",
        f"{one.typed[:-1]}*,4,4,4",
    ]
    with pytest.raises(SurveyError) as refused:
        bring(session, campaign, "\n".join(rows).encode(), 1, "ivy")
    assert refused.value.code == "paper.invalid_file"
    assert [(each.row, each.column, each.code) for each in refused.value.problems] == [
        (3, "teaching 1 teaching", "answers.not_an_option"),
        (3, "overall 3 overall", "answers.required"),
        (4, "code", "paper.code_repeated"),
        (5, "code", "paper.not_a_form"),
        (6, "code", "paper.code_blank"),
        (7, "code", "code.mistyped"),
    ]
    assert all(each.value is None for each in refused.value.problems)
    assert waiting(session) == 0


def test_columns_that_are_no_questions_are_named(session: Session) -> None:
    campaign = add_campaign(session)
    with pytest.raises(SurveyError) as refused:
        bring(session, campaign, b"code,teaching,overal,comment\nX,4,4,", 1, "ivy")
    assert [(each.column, each.code) for each in refused.value.problems] == [
        ("homework 2 homework", "paper.column_missing"),
        ("overall 3 overall", "paper.column_missing"),
        ("overal", "paper.column_unknown"),
    ]


def test_headings_may_have_the_number_and_the_question_or_only_the_id(session: Session) -> None:
    campaign = add_campaign(session)
    (form,) = forms(session, campaign)
    (printed_on, *_) = open_door(session, form).papers
    head = ",".join(paper.columns_of(printed_on))
    assert head == "code,teaching 1 teaching,homework 2 homework,overall 3 overall,comment"
    assert bring(session, campaign, f"{head}\n{form.typed},4,4,4,".encode(), 1, "ivy").fresh == 1
    bare = f"code,teaching,homework,overall,comment\n{form.typed},4,4,4,"
    assert bring(session, campaign, bare.encode(), 2, "ann").stored == 1
    twice = f"code,teaching 1 teaching,teaching,homework,overall\n{form.typed},4,4,4,4"
    with pytest.raises(SurveyError) as refused:
        bring(session, campaign, twice.encode(), 1, "ivy")
    assert ("teaching", "paper.column_repeated") in [(each.column, each.code) for each in refused.value.problems]


def test_voiding_a_form_drops_what_was_keyed_of_it(session: Session) -> None:
    campaign = add_campaign(session)
    one, two, three = forms(session, campaign, 3)
    for form in (one, two):
        key(session, campaign, form, "ivy")
    key(session, campaign, two, "ann", teaching="1")
    assert paper.count_waiting(session, campaign_id=campaign.id) == (1, 1)
    which = Which([one.typed, three.typed])
    (place,) = void_slips(session, campaign_id=campaign.id, which=which, reason="丢失", by="officer", **CLOCK)
    assert (place.count, place.keyed) == (2, 1)
    assert paper.count_waiting(session, campaign_id=campaign.id) == (0, 1)
    with pytest.raises(SurveyError) as refused:
        bring(session, campaign, table(session, [one]), 2, "ann")
    assert [(each.row, each.code) for each in refused.value.problems] == [(2, "paper.void")]
    assert list_voids(session, campaign_id=campaign.id)[0].keyed == 1


def test_the_same_person_cannot_bring_both_keyings_nor_change_one(session: Session) -> None:
    campaign = add_campaign(session)
    codes = list(forms(session, campaign))
    bring(session, campaign, table(session, codes), 1, "ivy")
    for nth, code in ((2, "paper.same_keyer"), (1, "paper.keyed_otherwise")):
        with pytest.raises(SurveyError) as refused:
            bring(session, campaign, table(session, codes, teaching="1"), nth, "ivy")
        assert [(each.row, each.code) for each in refused.value.problems] == [(2, code)]


# The telephone


def case_of(session: Session, campaign: CampaignView, seed: int = 1, **place: Any) -> int | None:
    return calls.next_case(session, campaign=campaign, draw=drawer(seed), now=NOW, **(PLACE | place))


def call(session: Session, campaign: CampaignView, number: int, **changes: Any) -> Any:
    found = calls.get_case(session, campaign=campaign, number=number, secret=SECRET, now=NOW)
    sheet: dict[str, Any] = {"key": fresh_key(), "raw": fill_in(found.papers[0].instrument)} | changes
    version_id = found.papers[0].version_id
    return calls.record_answers(
        session,
        campaign=campaign,
        number=number,
        version_id=version_id,
        comment=None,
        language="zh-CN",
        **CLOCK,
        **sheet,
    )


def end(session: Session, campaign: CampaignView, number: int, outcome: str) -> None:
    calls.record_outcome(session, campaign=campaign, number=number, outcome=outcome, **CLOCK)


def test_a_case_is_called_and_answered_by_the_channel_phone(session: Session) -> None:
    campaign = add_campaign(session)
    messages(session, campaign, count=1)
    number = case_of(session, campaign)
    assert number is not None
    keyed = fresh_key()
    found = calls.get_case(session, campaign=campaign, number=number, secret=SECRET, now=NOW)
    sheet: dict[str, Any] = {
        "campaign": campaign, "number": number, "version_id": found.papers[0].version_id, "comment": None,
        "language": "zh-CN", "raw": fill_in(found.papers[0].instrument), "key": keyed, **CLOCK,
    }  # fmt: skip
    first = calls.record_answers(session, **sheet)
    assert calls.record_answers(session, **sheet).number == first.number
    assert channels(session) == {"phone": 1}
    assert case_of(session, campaign) is None
    with pytest.raises(SurveyError, match=r"code\.used"):
        calls.record_answers(session, **sheet | {"key": fresh_key()})
    with pytest.raises(SurveyError, match=r"calls\.answered"):
        calls.get_case(session, campaign=campaign, number=number, secret=SECRET, now=NOW)


def test_who_was_called_least_is_called_next_and_who_refused_never(session: Session) -> None:
    campaign = add_campaign(session)
    messages(session, campaign, count=3)
    seen = set()
    for outcome in ("not_reached", "other", "refused"):
        number = case_of(session, campaign)
        assert number is not None
        assert number not in seen
        seen.add(number)
        end(session, campaign, number, outcome)
    (place,) = calls.count_cases(session, campaign_id=campaign.id)
    assert (place.cases, place.fresh, place.again, place.over, place.answered) == (3, 0, 2, 1, 0)
    for _ in range(2):
        number = case_of(session, campaign)
        assert number is not None
        assert calls.get_case(session, campaign=campaign, number=number, secret=SECRET, now=NOW).calls == 1
        end(session, campaign, number, "not_eligible")
    assert case_of(session, campaign) is None


def test_two_callers_seldom_get_the_same_case(session: Session) -> None:
    campaign = add_campaign(session)
    messages(session, campaign, count=40)
    assert len({case_of(session, campaign, seed) for seed in range(20)}) > 10


def test_forms_and_other_places_are_no_cases(session: Session) -> None:
    campaign = add_campaign(session)
    forms(session, campaign, 2)
    assert case_of(session, campaign) is None
    assert calls.count_cases(session, campaign_id=campaign.id) == ()
    number = get_form_number(session, campaign)
    for outcome in ("refused", "nonsense"):
        with pytest.raises(SurveyError, match=r"calls\.(no_case|outcome)"):
            end(session, campaign, number, outcome)
    issue_slips(session, campaign, group="npc_deputy", school=None)
    assert case_of(session, campaign) is None
    assert case_of(session, campaign, group="npc_deputy", school=None) is not None


def get_form_number(session: Session, campaign: CampaignView) -> int:
    number = session.scalars(select(models.Code.number).where(models.Code.way == "paper")).first()
    assert number is not None
    assert get_form(session, campaign=campaign, number=number, secret=SECRET, now=NOW).number == number
    return number


def test_outcomes_of_codes_that_were_used_go_with_the_next_outcome_not_with_the_answers(session: Session) -> None:
    campaign = add_campaign(session)
    messages(session, campaign, count=2)
    first = case_of(session, campaign)
    assert first is not None
    end(session, campaign, first, "not_reached")
    call(session, campaign, first)
    kept = select(models.CodeOutcome.number)
    assert session.scalars(kept).all() == [first]
    second = case_of(session, campaign)
    assert second is not None
    end(session, campaign, second, "not_reached")
    assert session.scalars(kept).all() == [second]


def test_nobody_is_called_and_nothing_is_keyed_after_the_end(session: Session) -> None:
    campaign = add_campaign(session)
    (form,) = forms(session, campaign)
    messages(session, campaign, count=1)
    session.execute(update(models.Campaign).values(closes_at=NOW))
    closed = get_campaign(session, name=campaign.name, now=NOW)
    with pytest.raises(SurveyError, match=r"campaign\.closed"):
        key(session, closed, form, "ivy")
    with pytest.raises(SurveyError, match=r"campaign\.closed"):
        case_of(session, closed)


# Every way


def test_each_answer_keeps_the_way_by_which_it_came(session: Session) -> None:
    campaign = add_campaign(session)
    poster = next(each for each in add_posters(session, campaign) if each.group == "parent")
    issue_slips(session, campaign, seed=20)
    (slip,) = list_slips(session, campaign, way="slip")
    (message,) = messages(session, campaign, count=1)
    (form,) = forms(session, campaign)
    for door in (poster.token, slip.token, message.typed):
        send(session, open_door(session, door))
    key(session, campaign, form, "ivy")
    key(session, campaign, form, "ben")
    issue_slips(session, campaign, seed=21)
    number = case_of(session, campaign)
    assert number is not None
    call(session, campaign, number)
    assert channels(session) == {"open": 1, "personal": 1, "sms": 1, "paper": 1, "phone": 1}
