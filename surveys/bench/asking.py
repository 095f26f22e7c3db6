"""Reading a question to the bench: every problem at once, each with its field and what was expected there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from surveys.bench.model import (
    ALWAYS,
    BESIDES,
    CORRECTIONS,
    KINDS,
    LEAST_LEVEL,
    LEVEL,
    MOST_LEVEL,
    NEEDED,
    Correction,
    Kind,
    Request,
    Variable,
)
from surveys.documents import as_text
from surveys.errors import Problem, SurveyError, shorten

LISTS = ("rows", "columns", "items", "by", "outcome", "on", "reverse")
MOST = {
    "rows": 20,
    "columns": 20,
    "items": 60,
    "by": 2,
    "outcome": 1,
    "on": 12,
    "reverse": 60,
    "groups": 20,
    "where": 5,
}
FEWEST = {("reliability", "items"): 2, ("factors", "items"): 3, ("drivers", "on"): 2}
SHORT = {"bh": "benjamini-hochberg"}  # corrections by another name
MOST_TABLES = 100
MOST_FACTORS = 20
LONGEST = 2000  # signs of one field
NEAR, LIKE = 3, 0.5


def read_request(data: Mapping[str, Any], variables: Sequence[Variable], *, groups: Sequence[str]) -> Request:
    """The request that a mapping (of an address, a command, JSON) describes; lists may be texts with commas.

    Raises SurveyError(`bench.asked`) with all problems. What somebody may see is another question: see `guarding`.
    """
    if not isinstance(data, Mapping):
        raise SurveyError("bench.asked", "invalid", [problem_at("bench.not_a_mapping", "kind", data)])
    return _Reading(data, variables, groups).request()


class _Reading:
    """One mapping while it is read; what is wrong with it is gathered."""

    def __init__(self, data: Mapping[str, Any], variables: Sequence[Variable], groups: Sequence[str]) -> None:
        self.data = {str(key): value for key, value in data.items() if value not in (None, "", [], ())}
        if "group" in self.data and "groups" not in self.data:
            self.data["groups"] = self.data.pop("group")
        self.known = {each.id: each for each in variables}
        self.groups = groups
        self.problems: list[Problem] = []

    def request(self) -> Request:
        kind = self._kind()
        if kind is None:
            raise SurveyError("bench.asked", "invalid", self.problems)
        self._fields(kind)
        lists = {name: self._variables(name) for name in LISTS if name in self._used(kind)}
        request = Request(
            kind=kind,
            groups=self._groups(),
            where=self._where(),
            positive=self._codes("positive"),
            factors=self._factors(),
            correction=self._correction(),
            level=self._level(),
            **lists,
        )
        self.problems += _misfits(request, self.known)
        if self.problems:
            raise SurveyError("bench.asked", "invalid", self.problems)
        return request

    def complain(self, code: str, field: str, value: object = None, **params: object) -> None:
        self.problems.append(problem_at(code, field, value, **params))

    def _used(self, kind: Kind) -> tuple[str, ...]:
        return (*NEEDED[kind], *BESIDES[kind], *ALWAYS)

    def _kind(self) -> Kind | None:
        given = self.data.get("kind")
        found: Kind | None = next((kind for kind in KINDS if kind == given), None)
        if found is None:
            code = "bench.required_kind" if given is None else "bench.kind"
            self.complain(code, "kind", given, expected=", ".join(KINDS))
        return found

    def _fields(self, kind: Kind) -> None:
        used = self._used(kind)
        every = {name for each in KINDS for name in self._used(each)}
        for name in self.data:
            if name not in every:
                self.complain("bench.unknown_field", name[:40], expected=", ".join(used))
            elif name not in used:
                self.complain("bench.not_for_kind", name, expected=", ".join(used))
        for name in NEEDED[kind]:
            if name not in self.data:
                self.complain("bench.required", name, expected=_wanted(kind, name))

    def _texts(self, field: str) -> list[str]:
        """What a field lists; NUL, bytes and the like are no names of anything."""
        given = self.data.get(field, ())
        listed = given.split(",") if isinstance(given, str) else given
        if not isinstance(listed, list | tuple) or not all(isinstance(each, str | int) for each in listed):
            self.complain("bench.not_a_list", field, given)
            return []
        found = [str(each).strip() for each in listed if not isinstance(each, bool)]
        if sum(map(len, found)) > LONGEST:
            self.complain("bench.too_long", field, most=LONGEST)
            return []
        found = [each for each in found if each]
        if len(found) > MOST.get(field, len(found)):
            self.complain("bench.too_many", field, len(found), most=MOST[field])
        return found[: MOST.get(field)]

    def _variables(self, field: str) -> tuple[str, ...]:
        found = self._texts(field)
        for name in sorted({each for each in found if found.count(each) > 1}):
            self.complain("bench.twice", field, name)
        for name in dict.fromkeys(found):
            if name not in self.known:
                self._unknown(field, name)
        return tuple(name for name in dict.fromkeys(found) if name in self.known)

    def _unknown(self, field: str, name: str) -> None:
        near = get_close_matches(name[:60], list(self.known), n=NEAR, cutoff=LIKE)
        code = "bench.unknown_variable_near" if near else "bench.unknown_variable"
        self.complain(code, field, name, near=", ".join(near))

    def _groups(self) -> tuple[str, ...]:
        found = dict.fromkeys(self._texts("groups"))
        for name in found:
            if name not in self.groups:
                self.complain("bench.unknown_group", "groups", name, expected=", ".join(self.groups))
        return tuple(name for name in self.groups if name in found)

    def _where(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """`boards=1` or `grade=7,8`; several as a list, or with semicolons."""
        given = self.data.get("where", ())
        listed = given.split(";") if isinstance(given, str) else given
        if not isinstance(listed, list | tuple) or not all(isinstance(each, str) for each in listed):
            self.complain("bench.not_a_list", "where", given)
            return ()
        if len(listed) > MOST["where"]:
            self.complain("bench.too_many", "where", len(listed), most=MOST["where"])
        return tuple(filter(None, (self._filter(each) for each in listed[: MOST["where"]] if each.strip())))

    def _filter(self, text: str) -> tuple[str, tuple[int, ...]] | None:
        name, sign, codes = (each.strip() for each in text[:LONGEST].partition("="))
        if not sign or not codes:
            self.complain("bench.filter", "where", text)
            return None
        if name not in self.known:
            self._unknown("where", name)
            return None
        variable = self.known[name]
        if not variable.codes:
            self.complain("bench.no_categories", "where", name)
            return None
        chosen = [each.strip() for each in codes.split(",")]
        wrong = [each for each in chosen if each not in {str(code) for code in variable.codes}]
        if wrong:
            expected = ", ".join(map(str, variable.codes))
            self.complain("bench.unknown_code", "where", ", ".join(wrong), name=name, expected=expected)
            return None
        return name, tuple(code for code in variable.codes if str(code) in chosen)

    def _codes(self, field: str) -> tuple[int, ...]:
        found = self._texts(field)
        wrong = [each for each in found if not (each.isascii() and each.isdigit() and 1 <= int(each[:4]) <= 250)]
        if wrong:
            self.complain("bench.no_code", field, ", ".join(wrong))
        return tuple(sorted({int(each) for each in found if each not in wrong}))

    def _factors(self) -> int | None:
        given = self.data.get("factors")
        if given is None or given == "parallel":
            return None
        text = str(given).strip()
        if isinstance(given, bool | float) or not (text.isascii() and text.isdigit() and len(text) <= 3):
            self.complain("bench.factors", "factors", given, most=MOST_FACTORS)
            return None
        if not 1 <= int(text) <= MOST_FACTORS:
            self.complain("bench.factors", "factors", given, most=MOST_FACTORS)
        return int(text)

    def _correction(self) -> Correction:
        given = self.data.get("correction", CORRECTIONS[0])
        given = SHORT.get(given, given) if isinstance(given, str) else given
        found: Correction | None = next((each for each in get_args(Correction) if each == given), None)
        if found is None:
            self.complain("bench.correction", "correction", given, expected=", ".join((*CORRECTIONS, *SHORT)))
        return found or CORRECTIONS[0]

    def _level(self) -> float:
        given = self.data.get("level", LEVEL)
        try:
            level = math.nan if isinstance(given, bool) else float(str(given)[:40])
        except ValueError:
            level = math.nan
        if not LEAST_LEVEL <= level <= MOST_LEVEL:
            self.complain("bench.level", "level", given, least=LEAST_LEVEL, most=MOST_LEVEL)
            return LEVEL
        return level


def most_factors(items: int) -> int:
    """The most factors that so many items can have."""
    return max((m for m in range(1, items) if (items - m) ** 2 >= items + m), default=0)


def problem_at(code: str, field: str, value: object = None, **params: object) -> Problem:
    """A problem with one field; what was found is cut short, and no page chokes on it."""
    found = None if value is None else as_text(shorten(value))
    return Problem(code, field=as_text(field), value=found, params=params)


def _wanted(kind: Kind, field: str) -> str:
    return str(FEWEST.get((kind, field), 1))


def _misfits(request: Request, known: Mapping[str, Variable]) -> Iterator[Problem]:
    """What is wrong with variables that there are."""
    for field in LISTS:
        chosen = [known[name] for name in getattr(request, field)]
        for each in chosen:
            yield from _misfit(request, field, each)
        least = FEWEST.get((request.kind, field), 0)
        if chosen and len(chosen) < least and not (field == "items" and _is_dimension(chosen)):
            yield problem_at("bench.too_few", field, len(chosen), least=least)
    yield from _clashes(request, known)


def _is_dimension(chosen: Sequence[Variable]) -> bool:
    return any(each.role == "dimension" for each in chosen)


def _misfit(request: Request, field: str, each: Variable) -> Iterator[Problem]:
    if request.groups and not set(request.groups) & set(each.groups):
        yield problem_at("bench.not_asked", field, each.id, groups=", ".join(each.groups))
    if field in ("rows", "columns", "by") and not each.codes:
        yield problem_at("bench.no_categories", field, each.id)
    ordered = field in ("items", "outcome", "reverse") or (request.kind == "drivers" and field == "on")
    if ordered and not each.scored and not (request.kind == "shares" and request.positive):
        yield problem_at("bench.no_order", field, each.id)
    if request.kind == "shares" and field == "items" and not each.codes:
        yield problem_at("bench.no_categories", field, each.id)
    if request.kind == "ordinal" and field == "outcome" and each.role == "dimension":
        yield problem_at("bench.no_categories", field, each.id)


def _clashes(request: Request, known: Mapping[str, Variable]) -> Iterator[Problem]:
    """Fields that do not go together."""
    for field, other in (("columns", "rows"), ("by", "items"), ("on", "outcome")):
        for name in getattr(request, field):
            if name in getattr(request, other):
                yield problem_at("bench.both", field, name, other=other)
    if len(request.rows) * len(request.columns) > MOST_TABLES:
        count = len(request.rows) * len(request.columns)
        yield problem_at("bench.too_many_tables", "columns", count, most=MOST_TABLES)
    for name in request.reverse:
        if name not in request.items and not any(
            known[each].dimension == known[name].dimension for each in request.items
        ):
            yield problem_at("bench.reverse", "reverse", name)
    if request.factors and request.kind == "factors" and not _is_dimension([known[name] for name in request.items]):
        most = most_factors(len(request.items))
        if 0 < most < request.factors <= MOST_FACTORS:
            yield problem_at("bench.too_many_factors", "factors", request.factors, most=most)
    if request.positive:
        for name in request.items:
            strange = set(request.positive) - set(known[name].codes)
            if strange and known[name].codes:
                expected = ", ".join(map(str, known[name].codes))
                wrong = ", ".join(map(str, sorted(strange)))
                yield problem_at("bench.unknown_code", "positive", wrong, name=name, expected=expected)
