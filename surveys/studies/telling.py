"""Studies for whoever reads them as data: no more of them, and no finer, than pages print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from surveys.publication import Publication
from surveys.studies.keeping import Studied, find_studied
from surveys.studies.retelling import find_changes

TOLD = ("schools", "changes", "drivers")  # `certainty` is made anew for each question, on its page
PARTS = frozenset({"p", "p_adjusted", "level", "share"})  # from 0 to 1
FINE, COARSE = 4, 1  # decimals of what is from 0 to 1, and of points


def tell_study(session: Session, *, name: str, now: datetime, kind: str) -> Studied | None:
    """The study of this kind beside the newest settled score of campaign `name`; None where there is no score.

    Raises SurveyError(`campaign.unknown`).
    """
    if kind == "changes":
        found = find_changes(session, name=name, now=now)
        return found if found is None or found.study is None else replace(found, study=_coarse(found.study))
    found = find_studied(session, name=name, now=now, kind=kind)
    if found is None or found.study is None or kind != "drivers":
        return found  # schools are made of nothing but figures as they are published
    return replace(found, study=_of_open_groups(found.study, found.publication))


def _of_open_groups(study: Mapping[str, Any], publication: Publication) -> Mapping[str, Any]:
    """Of the groups only those whose figure is told as it is."""
    told = {each.group for each in publication.groups if not each.hidden and not each.bound}
    groups = [_rounded(each, FINE) for each in study["groups"] if each["group"] in told]
    return {**study, "groups": groups}


def _coarse(node: Any, name: str = "") -> Any:
    """Points as pages print them: what is published in whole points is not told to the last digit by a difference."""
    if isinstance(node, Mapping):
        return {key: _coarse(value, key) for key, value in node.items()}
    if isinstance(node, list):
        return [_coarse(each, name) for each in node]
    return round(node, FINE if name in PARTS else COARSE) if isinstance(node, float) else node


def _rounded(node: Any, decimals: int) -> Any:
    if isinstance(node, Mapping):
        return {key: _rounded(value, decimals) for key, value in node.items()}
    if isinstance(node, list):
        return [_rounded(each, decimals) for each in node]
    return round(node, decimals) if isinstance(node, float) else node
