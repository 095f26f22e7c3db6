"""From a rule and a campaign's frame to quotas, and what they buy. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from surveys.errors import SurveyError
from surveys.plans.buying import Bought, buy, find_deffs
from surveys.plans.checking import problems_of
from surveys.plans.dividing import Division, count_schools, divide
from surveys.plans.facts import Facts, gather_facts
from surveys.plans.model import ASSUMED_DEFF, Given, GroupLine, Proposal
from surveys.plans.sizing import ask_groups
from surveys.plans.warning import notices_of
from surveys.sampling.versions import get_rule

OF_THE_COUNTY = ("rate", "bands", "fixed")  # sizes that say how much of each group; others say it of each school


def propose(session: Session, *, campaign_id: int, reference: str, given: Given, now: datetime) -> Proposal:
    """What the rule that `reference` names asks of the campaign's county.

    Raises SurveyError(`sampling.unknown`), or `plan.impossible` with every problem.
    """
    rule, number = get_rule(session, reference=reference)
    facts = gather_facts(session, campaign_id=campaign_id, rule=rule, given=given, now=now)
    deffs, unknown = find_deffs(session, facts, now=now)
    problems = [*problems_of(facts), *unknown]
    if problems:
        raise SurveyError("plan.impossible", "invalid", problems, rule=rule.name)
    schools = count_schools(facts)
    asked = ask_groups(facts) if rule.size.by in OF_THE_COUNTY else {}
    divisions = [divide(facts, group, asked.get(group), schools) for group in facts.groups]
    bought = buy(session, facts, divisions, deffs)
    return Proposal(
        rule=rule,
        rule_number=number,
        given=given,
        residents=facts.residents if rule.size.needs_residents else None,
        groups=tuple(_group_line(facts, each, deffs, bought) for each in divisions),
        strata=tuple(line for each in divisions for line in each.strata),
        cells=tuple(cell for each in divisions for cell in each.cells),
        half_width=bought.composite,
        shows=bought.shows,
        line=bought.line,
        draw_schools=schools.number,
        notices=notices_of(facts, divisions, schools, deffs, bought),
    )


def _group_line(facts: Facts, division: Division, deffs: Mapping[str, float], bought: Bought) -> GroupLine:
    return GroupLine(
        group=division.group,
        population=facts.people(division.group),
        asked=division.asked,
        quota=division.quota,
        invited=division.invited,
        deff=deffs.get(division.group, ASSUMED_DEFF),
        half_width=bought.group[division.group],
    )
