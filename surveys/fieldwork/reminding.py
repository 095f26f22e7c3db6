"""Whom to remind: schools and groups that still miss answers. Never persons, and nothing that would lead to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from surveys.fieldwork.standings import Standing, Watch
from surveys.groups import GROUPS


@dataclass(frozen=True)
class Missing:
    """Answers of a group that are still to come from a place. `last_on` is the day of its last one."""

    group: str
    answers: int
    last_on: date | None


@dataclass(frozen=True)
class Reminder:
    """What one school is asked for, or the county where `school_code` is None.

    `few` are groups with few people at some school, the same for every school: a letter that names them where another
    does not would be asked why. They are named whether or not they miss anything, and without a number: of one
    principal a number would tell the school who has answered.
    """

    school_code: str | None
    school_name: str | None
    missing: tuple[Missing, ...]
    few: tuple[str, ...]

    @property
    def answers(self) -> int:
        return sum(each.answers for each in self.missing)


@dataclass(frozen=True)
class Reminders:
    """The schools, those that miss most first, and what groups of few people miss in the whole county.

    A group that has few people at one place only is not in `few`: the county's number would be that place's.
    """

    schools: tuple[Reminder, ...]
    few: tuple[Missing, ...]

    @property
    def answers(self) -> int:
        return sum(each.answers for each in self.schools) + sum(each.answers for each in self.few)


def remind(watch: Watch) -> Reminders:
    """The reminders for a campaign as it stands.

    A school is on the list for what its larger groups miss. One that is there for its principal alone would say that
    the principal has not answered; so groups of few people are one line of the county, and are reminded everywhere.
    """
    schools: dict[str | None, list[Standing]] = {}
    for each in watch.places:
        schools.setdefault(each.school_code, []).append(each)
    few = _named(each for each in watch.places if each.school_code is not None)
    reminders = (_remind(places, _named(places) if code is None else few) for code, places in schools.items())
    listed = sorted((each for each in reminders if each.missing), key=lambda each: -each.answers)
    return Reminders(tuple(listed), _few(each for each in watch.places if each.few))


def _named(places: Iterable[Standing]) -> tuple[str, ...]:
    """Groups of few people that are asked at these places, each once."""
    asked = {each.group for each in places if each.few and each.amounts.target}
    return tuple(group for group in GROUPS if group in asked)


def _remind(places: Sequence[Standing], few: tuple[str, ...]) -> Reminder:
    missing = (
        Missing(str(each.group), each.amounts.missing, each.last_on)
        for each in places
        if each.amounts.missing and not each.few
    )
    return Reminder(places[0].school_code, places[0].school_name, tuple(missing), few)


def _few(places: Iterable[Standing]) -> tuple[Missing, ...]:
    answers: dict[str, list[int]] = {}
    for each in places:
        if each.amounts.target:
            answers.setdefault(str(each.group), []).append(each.amounts.missing)
    sums = {group: sum(missing) for group, missing in answers.items() if len(missing) > 1}
    return tuple(Missing(group, missing, None) for group, missing in sums.items() if missing)
