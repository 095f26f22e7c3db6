"""Who was asked, where a list says so: the response rates that go with a score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from surveys.codes.counts import count_issued
from surveys.datasets import Dataset
from surveys.datasets.finishing import finished_of
from surveys.documents import digest_of
from surveys.fieldwork.dispositions import DispositionRow, count_cases

RateKind = Literal["response", "participation"]
Place = tuple[str | None, str | None]  # group, code of the school; None for all of them


@dataclass(frozen=True)
class Asked:
    """Those who got a code of their own, and what became of them.

    `excess` are answers beyond those who were asked, as in `surveys.fieldwork.dispositions`.
    """

    invited: int
    not_eligible: int
    responses: int
    excess: int = 0

    @property
    def rate(self) -> float | None:
        """RR2 as AAPOR defines it: complete and partial responses for each who was asked and may be eligible."""
        eligible = self.invited + self.excess - self.not_eligible
        return self.responses / eligible if eligible > 0 else None


Asking = Mapping[Place, Asked]
NOBODY: Asking = {}


def load_asked(session: Session, *, campaign_id: int, dataset: Dataset) -> Asking:
    """Groups, schools, and groups at schools, of which it is known who was asked; `dataset` with its forms.

    Nothing is known of a group that a poster hangs for anywhere; nor of a school where another group answered by one.
    """
    issued = count_issued(session, campaign_id=campaign_id)
    open_groups = {group for (group, _school), place in issued.items() if place.open}
    if not any(place.personal for (group, _school), place in issued.items() if group not in open_groups):
        return NOBODY
    listed: dict[Place, list[DispositionRow]] = {}
    partly = set()
    for row in count_cases(session, campaign_id=campaign_id, finished=finished_of(dataset)):
        if row.listed and row.group not in open_groups:
            for place in {(row.group, None), (row.group, row.school_code), (None, row.school_code)}:
                listed.setdefault(place, []).append(row)
        elif row.responses:
            partly.add(row.school_code)
    return {
        (group, school): _sum(rows)
        for (group, school), rows in listed.items()
        if group is not None or (school is not None and school not in partly)
    }


def _sum(rows: Sequence[DispositionRow]) -> Asked:
    names = ("asked", "not_eligible", "responses", "excess")
    return Asked(*(sum(getattr(row, name) for row in rows) for name in names))


def counted_asked(issued: Mapping[str, int], responses: Mapping[str, int]) -> Asking:
    """Groups only, from codes and answers alone, where what else became of people is not looked up."""
    return {
        (group, None): Asked(codes, 0, responses.get(group, 0), max(0, responses.get(group, 0) - codes))
        for group, codes in issued.items()
    }


def digest_asked(asking: Asking) -> str | None:
    """SHA-256 of who was asked; how many of them answered follows from the forms. None where nobody knows."""
    rows = [[*map(_word, place), each.invited, each.not_eligible] for place, each in _sorted(asking)]
    return digest_of({"asked": rows}) if rows else None


def plain_asked(asking: Asking, place: Place, *, rate: float | None) -> dict[str, Any]:
    """What the result says of a place: `rate` is that of people in the frame, for where nobody knows who was asked."""
    asked = asking.get(place)
    if asked is None:
        return {"invited": None, "rate": rate, "rate_kind": "participation"}
    return {"invited": asked.invited, "rate": asked.rate, "rate_kind": "response"}


def _sorted(asking: Asking) -> Iterable[tuple[Place, Asked]]:
    return sorted(asking.items(), key=lambda each: tuple(map(_word, each[0])))


def _word(name: str | None) -> str:
    return name or ""
