"""The bench: a question to the answers of a settled score, asked by an address, answered in tables and charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response as Answer
from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.access import allow
from app.bench.cells import HIDDEN
from app.bench.files import FORMATS, make_file
from app.bench.sheets import lay_out
from app.bench.wording import CORRECTIONS, FIELDS, KINDS, label_of, method_sentence, notice_lines
from app.console.door import READERS, blueprint, find_campaign
from app.console.noting import SEEN, TAKEN, note, noted
from app.edge import here
from app.errors import STATUS
from app.messages import text_of
from app.words import DIMENSIONS, GROUPS, word
from surveys import bench as benches
from surveys import studies
from surveys.accounts import MICRODATA_ROLES
from surveys.bench import Bench, Result, Variable
from surveys.campaigns import CampaignView
from surveys.errors import SurveyError
from surveys.publication import find_publication

ONE = ("outcome",)  # fields of one variable
PLAIN = ("correction", "level", "factors", "positive", "where")  # fields that are no variables
LEVELS = ("0.9", "0.95", "0.99")
MOST_FACTORS = 8  # to choose from on the page
ROLES = ("design", "background", "overall", "item", "conduct", "dimension")  # in the order in which they are listed


@dataclass(frozen=True)
class Choice:
    """A variable to choose."""

    id: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Shelf:
    """Variables of one sort, under one heading."""

    heading: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Field:
    """Where variables are chosen: one, or as many as one likes."""

    name: str
    label: str
    one: bool
    needed: bool
    shelves: tuple[Shelf, ...]

    @property
    def chosen(self) -> int:
        return sum(choice.chosen for shelf in self.shelves for choice in shelf.choices)


@blueprint.get("/campaigns/<name>/analyse")
@allow(*READERS)
def bench(name: str) -> str | Answer | tuple[str, int]:
    """Choose what to ask, and read the answer; the address of an answer is the question."""
    campaign, opened = _open(name)
    page: dict[str, Any] = {"campaign": campaign, "simulated": campaign.simulated, "kinds": KINDS}
    if opened is None:
        return render_template("console/bench.html", **page, opened=None)
    page |= {"opened": opened, "made": opened.basis.evaluation, **_form(opened)}
    if not _is_asked(str(page["kind"])):
        return render_template("console/bench.html", **page)
    try:
        result = benches.analyse(opened, _asked(), right=_right())
    except SurveyError as error:
        refused = {
            "text": text_of(error.code, error.params),
            "lines": [_line(each) for each in error.problems],
            "unknown": any(each.code.startswith("bench.unknown_variable") for each in error.problems),
        }
        return render_template("console/bench.html", **page, refused=refused), STATUS[error.kind]
    return _page_of_result(result, page)


@blueprint.get("/campaigns/<name>/analyse/<format>")
@allow(*READERS)
@noted(TAKEN)
def bench_file(name: str, format: str) -> Answer:
    """The answer as a file: what the page shows, with the sentence that says how it was made."""
    _campaign, opened = _open(name)
    if format not in FORMATS:
        raise SurveyError("bench.format", "missing", expected=", ".join(FORMATS))
    if opened is None:
        raise SurveyError("score.not_yet", "missing")
    result = benches.analyse(opened, _asked(), right=_right())
    _note(result)
    file = make_file(result, format)
    answer = Answer(file.content, mimetype=file.mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


@noted(SEEN)
def _page_of_result(result: Result, page: dict[str, Any]) -> str:
    _note(result)
    name, question = page["campaign"].name, urlencode(_asked())  # never words of url_for: anybody may write them
    files = {format: f"{url_for('console.bench_file', name=name, format=format)}?{question}" for format in FORMATS}
    return render_template(
        "console/bench.html",
        **page,
        result=result,
        sheets=lay_out(result),
        hidden_mark=HIDDEN,
        method=method_sentence(result),
        notices=notice_lines(result),
        files=files,
    )


def _note(result: Result) -> None:
    note(evaluation=result.evaluation, asked=result.request.kind)


def _open(name: str) -> tuple[CampaignView, Bench | None]:
    """The campaign, and its newest score that is shown opened for questions; None where it has none."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        publication = find_publication(session, name=name, now=here().clock())
        if publication is None:
            return campaign, None
        if publication.evaluation.responses > studies.AT_ONCE:
            raise SurveyError("bench.too_large", "conflict", most=studies.AT_ONCE, name=name)
        return campaign, benches.open_bench(session, name=name, now=here().clock())


def _right() -> bool:
    """Whether the account in front of us may see figures about few people."""
    return current_user.account.role in MICRODATA_ROLES


def _asked() -> dict[str, Any]:
    """The question in the address. Lists may be given one by one, or with commas."""
    left_out = ("lang", "run")
    found = {name: request.args.getlist(name) for name in request.args if name not in left_out}
    single = {"kind", "correction", "level", "factors"}
    return {name: ";".join(values) if name == "where" else values[-1] if name in single else ",".join(values)
            for name, values in found.items() if any(values)}  # fmt: skip


def _is_asked(kind: str) -> bool:
    """Whether there is a question, or only a form being filled in."""
    needed = benches.NEEDED.get(kind, ())  # type: ignore[call-overload]
    return "run" in request.args or any(request.args.get(name) for name in needed) or "kind" in _strange()


def _strange() -> list[str]:
    """The kind of analysis where there is none of this name."""
    given = request.args.get("kind")
    return ["kind"] if given and given not in KINDS else []


def _line(problem: Any) -> dict[str, str]:
    field = word(FIELDS, problem.field)
    return {"field": field, "value": problem.value or "", "text": text_of(problem.code, problem.params)}


# The form


def _form(opened: Bench) -> dict[str, Any]:
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else next(iter(KINDS))
    there = list(opened.variables[0].groups)
    group = request.args.get("groups") or request.args.get("group", "")
    if group not in there:
        group = "" if _right() else there[0]
    fields = (*benches.NEEDED[kind], *benches.BESIDES[kind])  # type: ignore[index]
    return {
        "kind": kind,
        "group": group,
        "groups": [(each, word(GROUPS, each)) for each in there],
        "right": _right(),
        "fields": [_field(opened, kind, group, name) for name in fields if name not in PLAIN],
        "options": _options(fields),
    }


def _options(fields: Sequence[str]) -> dict[str, Any]:
    """What else can be set, as it is set now."""
    given = request.args.get
    found: dict[str, Any] = {"level": (LEVELS, given("level") if given("level") in LEVELS else "0.95")}
    if "correction" in fields:
        found["correction"] = (CORRECTIONS, given("correction") or "holm")
    if "factors" in fields:
        numbers = [("", str(_("由平行分析定"))), *((str(at), str(at)) for at in range(1, MOST_FACTORS + 1))]
        found["factors"] = (numbers, given("factors", ""))
    if "positive" in fields and _right():
        found["positive"] = given("positive", "")[:100]
    if _right():
        found["where"] = ";".join(request.args.getlist("where"))[:200]
    return found


def _field(opened: Bench, kind: str, group: str, name: str) -> Field:
    chosen = {each.strip() for given in request.args.getlist(name) for each in given.split(",")}
    usable = [each for each in opened.variables if _fits(each, kind, name) and (not group or group in each.groups)]
    return Field(
        name=name,
        label=word(FIELDS, name),
        one=name in ONE,
        needed=name in benches.NEEDED[kind],  # type: ignore[index]
        shelves=tuple(_shelves(usable, chosen, group)),
    )


def _fits(variable: Variable, kind: str, field: str) -> bool:
    """Whether a variable can stand in a field, for whoever looks."""
    right, splits = _right(), variable.splits
    if variable.id == "group" and not right:
        return False
    if field in ("rows", "by"):
        return bool(variable.codes) and (splits or (right and field == "rows"))
    if field == "columns":
        return bool(variable.codes)
    if field == "on" and kind == "ordinal":
        return splits or (right and variable.scored)
    if kind == "shares" or (kind == "ordinal" and field == "outcome"):
        return variable.scored and bool(variable.codes)
    if field == "reverse":
        return variable.role in ("item", "overall")
    return variable.scored


def _shelves(usable: Sequence[Variable], chosen: set[str], group: str) -> Iterator[Shelf]:
    shelves: dict[str, list[Choice]] = {}
    for each in sorted(usable, key=lambda variable: ROLES.index(variable.role)):
        label = label_of(each.label_for([group] if group else ()).plain())
        shelves.setdefault(_heading(each), []).append(Choice(each.id, label, each.id in chosen))
    for heading, choices in shelves.items():
        yield Shelf(heading, tuple(choices))


def _heading(variable: Variable) -> str:
    if variable.role == "item" and variable.dimension:
        return word(DIMENSIONS, variable.dimension)
    words: Mapping[str, str] = {
        "design": _("学校和作答方式"),
        "background": _("背景题"),
        "overall": _("总体评价"),
        "conduct": _("填答情况"),
        "dimension": _("维度得分"),
    }
    return words.get(variable.role, "")
