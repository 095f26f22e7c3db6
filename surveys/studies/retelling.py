"""A study over time as it may be shown now: what either round's publication no longer tells is taken out."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from surveys.publication import Publication, find_publication
from surveys.studies.changes import CORRECTIONS, About, told_figures
from surveys.studies.keeping import Studied, find_studied

NUMBERS = ("n_before", "n_after", "before", "after", "value", "se", "low", "high", "p", "p_adjusted")


def find_changes(session: Session, *, name: str, now: datetime) -> Studied | None:
    """The study `changes` beside the newest settled score of campaign `name`, as `find_studied`."""
    found = find_studied(session, name=name, now=now, kind="changes")
    if found is None or found.study is None:
        return found
    told = {name: told_figures(found.publication)}
    for each in found.study["rounds"]:
        told[each["before"]["campaign"]] = _told_of(session, each["before"], now)
    return replace(found, study=_retell(found.study, name, told))


def _told_of(session: Session, before: Mapping[str, Any], now: datetime) -> set[About]:
    published: Publication | None = find_publication(
        session, name=before["campaign"], now=now, number=before["evaluation"]
    )
    return set() if published is None else told_figures(published)


def _retell(study: Mapping[str, Any], name: str, told: Mapping[str, Set[About]]) -> Mapping[str, Any]:
    rounds = []
    for each in study["rounds"]:
        both = told[name] & told[each["before"]["campaign"]]
        families = {family: [_row(row, both) for row in each[family]] for family in CORRECTIONS}
        whole = None if each["composite"] is None else _row(each["composite"], both)
        rounds.append({**each, **families, "composite": whole})
    line = study["line"]
    if line is not None:
        points = [{**point, "figures": _figures(point, told[point["campaign"]])} for point in line["points"]]
        line = {**line, "points": points}
    return {**study, "rounds": rounds, "line": line}


def _row(row: Mapping[str, Any], told: Set[About]) -> Mapping[str, Any]:
    if (row["group"], row["dimension"], row["item"]) in told:
        return row
    return {**row, **{key: None for key in NUMBERS if key in row}}


def _figures(point: Mapping[str, Any], told: Set[About]) -> list[Mapping[str, Any]]:
    return [figure for figure in point["figures"] if (figure["group"], None, None) in told]
