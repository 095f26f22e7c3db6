"""Of the studies beside a score, what a report says: as much as the publication shows, each number where it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from surveys.publication import Publication
from surveys.reports.pack.facts import Excerpt
from surveys.studies import find_changes, find_study

Plain = Mapping[str, Any]
SILENCE = ("why", "line", "value", "needed", "gap", "rate")
SCHEME = ("name", "title", "own", "counts", "threshold", "comparison", "decimals", "value")
PAIR = ("first", "second", "value", "p_holm")


def read_studies(session: Session, *, name: str, now: datetime, shown: Publication) -> dict[str, Excerpt]:
    """The studies that were made beside the evaluation, by kind."""
    number = shown.evaluation.number
    return {
        kind: Excerpt(data, f"studies/{kind}")
        for kind, data in _read(session, name, now, shown, number)
        if data is not None
    }


def _read(
    session: Session, name: str, now: datetime, shown: Publication, number: int
) -> Iterator[tuple[str, Plain | None]]:
    if shown.composite.hidden:
        return
    kinds = ("schools", "certainty", "drivers")
    made = {kind: find_study(session, name=name, number=number, kind=kind) for kind in kinds}
    changed = find_changes(session, name=name, now=now)
    newest = changed is not None and changed.publication.evaluation.number == number
    yield "schools", None if made["schools"] is None else _schools(made["schools"])
    yield "certainty", None if made["certainty"] is None else _certainty(made["certainty"], shown)
    yield "changes", _changes(changed.study) if newest and changed is not None and changed.study is not None else None
    yield "drivers", None if made["drivers"] is None else _drivers(made["drivers"], shown)


def _schools(study: Plain) -> Plain:
    """How much schools differ, and kinds of school: of all groups together, which come first."""
    kinds = [
        {"by": each["by"], "families": [{"pairs": [_only(pair, PAIR) for pair in each["families"][0]["pairs"]]}]}
        for each in study["kinds"]
        if each["families"]
    ]
    return {"views": [{"spread": view["spread"]} for view in study["views"][:1]], "kinds": kinds}


def _certainty(study: Plain, shown: Publication) -> Plain:
    """Other scorecards only where no group is hidden: two composites with other weights would tell it."""
    exact = not any(each.hidden for each in shown.groups)
    schemes = [
        {**_only(each, SCHEME), "refused": bool(each["refused"])} if exact else {"refused": True}
        for each in study["schemes"]
    ]
    return {"silence": _only(study["silence"], SILENCE), "schemes": schemes}


def _changes(study: Plain) -> Plain:
    rounds = [{name: each[name] for name in ("before", "composite", "shared")} for each in study["rounds"]]
    return {"rounds": rounds}


def _drivers(study: Plain, shown: Publication) -> Plain:
    told = {each.group for each in shown.groups if not each.hidden and not each.bound}
    groups = [{"group": each["group"], "strongest": each.get("strongest")} for each in study["groups"]]
    return {"groups": [each for each in groups if each["group"] in told and each["strongest"]]}


def _only(entry: Plain, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: entry.get(name) for name in names}
