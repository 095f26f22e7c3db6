"""Whom to remind: schools and groups that still miss answers. Never persons, and nothing that would lead to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from surveys.fieldwork.standings import Standing, Watch


@dataclass(frozen=True)
class Missing:
    """Answers of a group that are still to come from a place. `last_on` is the day of its last one."""

    group: str
    answers: int
    last_on: date | None


@dataclass(frozen=True)
class Reminder:
    """What one school is asked for, or the county where `school_code` is None.

    `few` are groups of the school with few people. They are named whether or not they miss anything, and without a
    number: of one principal a number would tell the school who has answered.
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
    """The schools, those that miss most first, and what groups of few people miss in the whole county."""

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
    reminders = (_remind(places) for places in schools.values())
    listed = sorted((each for each in reminders if each.missing), key=lambda each: -each.answers)
    return Reminders(tuple(listed), _few(each for each in watch.places if each.few))


def _remind(places: Sequence[Standing]) -> Reminder:
    missing = (
        Missing(str(each.group), each.amounts.missing, each.last_on)
        for each in places
        if each.amounts.missing and not each.few
    )
    few = tuple(str(each.group) for each in places if each.few and each.amounts.target)
    return Reminder(places[0].school_code, places[0].school_name, tuple(missing), few)


def _few(places: Iterable[Standing]) -> tuple[Missing, ...]:
    answers: dict[str, int] = {}
    for each in places:
        answers[str(each.group)] = answers.get(str(each.group), 0) + each.amounts.missing
    return tuple(Missing(group, count, None) for group, count in answers.items() if count)
