"""Finding evidence that was kept. What would give the score away stays back until a score was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.disclosure.versions import rule_of
from surveys.hiding import hide
from surveys.honesty.deciding import is_score_seen
from surveys.honesty.model import EvidenceView
from surveys.models import Campaign, EvidenceRun, School

Plain = dict[str, Any]
SHARES = ("told", "repeats")
NO_COUNTS: Plain = dict.fromkeys(("certain", "candidates"))
NO_FLAGS: Plain = NO_COUNTS | dict.fromkeys(("flags", *SHARES))
SCORES = frozenset({"mean", "gap", "top_excess", "positive_share"})  # figures that are scores of a school in disguise


def find_evidence(
    session: Session,
    *,
    campaign_id: int,
    name: str,
    number: int | None = None,
    recipe: Mapping[str, Any] | None = None,
) -> EvidenceView | None:
    """The newest look at a campaign; or that of this number; or the newest made by this recipe.

    Without what the campaign's publication rule, as it is now, takes for too few.
    """
    query = select(EvidenceRun).where(EvidenceRun.campaign_id == campaign_id).order_by(EvidenceRun.number.desc())
    if number is not None:
        query = query.where(EvidenceRun.number == number)
    seen = is_score_seen(session, campaign_id=campaign_id)
    for run in session.scalars(query):
        if recipe is None or run.recipe == recipe:
            shown = without_few(run.result, smallest=rule_of(session, campaign_id=campaign_id).smallest)
            return _view(run, name, shown if seen else without_scores(shown))
    return None


def name_schools(session: Session, *, campaign_id: int) -> Mapping[str, str]:
    """The names of the county's schools by their codes."""
    county = select(Campaign.county_id).where(Campaign.id == campaign_id).scalar_subquery()
    query = select(School.code, School.name).where(School.county_id == county).order_by(School.code)
    return {code: name for code, name in session.execute(query)}  # noqa: C416 - rows, not pairs


def without_few(result: Mapping[str, Any], *, smallest: int) -> Plain:
    """The evidence without counts of flags among fewer than `smallest` forms, nor those that would tell them.

    Fewer than the usual ten are not in it at all: see `surveys.honesty.cells`.
    """
    small = {each["group"] for each in result["groups"] if each["forms"] < smallest}
    groups = [{**each, **{name: _enough(each[name], smallest) for name in SHARES}} for each in result["groups"]]
    forms: dict[str, dict[str, int]] = {}
    for cell in result["cells"]:
        forms.setdefault(cell["group"], {})[cell["school"]] = cell["forms"]
    hidden = {(group, school) for group, own in forms.items() for school in hide(own, smallest=smallest)}
    return {
        **result,
        "groups": [{**each, **NO_FLAGS} if each["group"] in small else each for each in groups],
        "cells": [
            {**cell, **NO_COUNTS} if (cell["group"], cell["school"]) in hidden else cell for cell in result["cells"]
        ],
    }


def _enough(share: Mapping[str, int] | None, smallest: int) -> Mapping[str, int] | None:
    return None if share is None or share["known"] < smallest else share


def without_scores(result: Mapping[str, Any]) -> Plain:
    """The evidence without figures that are scores: rules are decided before anybody knows whom they help."""
    schools = [
        {**school, "families": [_covered(family) for family in school["families"]]} for school in result["schools"]
    ]
    return {**result, "schools": schools}


def _covered(family: Mapping[str, Any]) -> Plain:
    figures = [
        {**each, "observed": None, "expected": None} if each["figure"] in SCORES else each for each in family["figures"]
    ]
    return {**family, "figures": figures}


def _view(run: EvidenceRun, name: str, result: Mapping[str, Any]) -> EvidenceView:
    return EvidenceView(name, run.number, run.made_at, run.data_digest, run.code_version, run.recipe, result)
