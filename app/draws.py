"""A draw laid out for reading, on a page or in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from app.i18n import local_time
from app.numbers import NOTHING
from app.words import GROUPS, who, word
from surveys.plans import Proposal
from surveys.plans.auditing import CellAudit
from surveys.plans.drawing import PastDraw
from surveys.plans.positions import Envelope

SEED_BYTES = 5  # thirteen digits: enough that nobody tries them all, few enough to write down


def fresh_seed(draw: Callable[[int], bytes]) -> int:
    """A number that nobody chose."""
    return int.from_bytes(draw(SEED_BYTES))


@dataclass(frozen=True)
class DrawnPlace:
    """A school that was drawn, or the county: people invited and those there, by group."""

    code: str
    name: str | None
    invited: dict[str, int]
    people: dict[str, int]


def lay_out_drawn(proposal: Proposal) -> tuple[DrawnPlace, ...]:
    """The schools that were drawn, by code, and the county; bands of grades are taken together."""
    places: dict[str | None, DrawnPlace] = {}
    for cell in proposal.cells:
        if cell.invited:
            place = places.setdefault(cell.school_code, DrawnPlace(cell.school_code or "", cell.school_name, {}, {}))
            place.invited[cell.group] = place.invited.get(cell.group, 0) + cell.invited
            place.people[cell.group] = place.people.get(cell.group, 0) + cell.population
    return tuple(places[code] for code in sorted(places, key=lambda code: (code is None, code or "")))


def draw_lines(draws: Iterable[PastDraw]) -> list[str]:
    """A line for each draw that was made, also of those that were replaced."""
    return [
        _("第 %(number)s 次抽签：%(when)s，方案第 %(plan)s 版，种子 %(seed)s，%(by)s", number=each.number,
          when=local_time(each.at), plan=each.plan, seed=each.seed, by=who(each.by))
        for each in draws
    ]  # fmt: skip


def list_name(envelope: Envelope) -> str:
    """Whose list it is: a class, a band of grades, or all of a group."""
    group = word(GROUPS, envelope.group)
    if envelope.grade is not None:
        return str(
            _("%(group)s · %(grade)s 年级 %(number)s 班", group=group, grade=envelope.grade, number=envelope.number)
        )
    if envelope.band:
        return str(_("%(group)s · %(band)s 年级", group=group, band=envelope.band))
    return str(group)


def write_positions(envelope: Envelope) -> str:
    """The numbers, or that everybody is asked."""
    if len(envelope.positions) == envelope.size:
        return str(_("全部（1–%(size)s）", size=envelope.size))
    return " ".join(map(str, envelope.positions))


def lay_out_cell(cell: CellAudit) -> tuple[str, str, str]:
    """A place of an audit, with what is stored and what was drawn again."""
    place = " ".join(filter(None, (cell.school_code or str(_("全县")), str(word(GROUPS, cell.group)), cell.band)))
    return place, _numbers(cell.stored), _numbers(cell.again)


def _numbers(numbers: tuple[float | None, ...]) -> str:
    return " / ".join(NOTHING if number is None else f"{number:g}" for number in numbers)
