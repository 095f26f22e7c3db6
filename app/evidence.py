"""Evidence and exclusions laid out for reading, on a page or in a terminal: what was seen, and never who."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.numbers import count, fixed, percent
from app.signs import KINDS, SCHOOLS, words_of, write_figure, write_limit
from app.words import GROUPS, VERDICTS, word
from surveys.honesty import EvidenceView

Plain = Mapping[str, Any]
HIDDEN = "—"


@dataclass(frozen=True)
class SignRow:
    """One sign: what it is, how it is found, its limit, what it counts as, how often honest cases show it."""

    title: str
    method: str
    limit: str
    kind: str
    alarm: str
    counts: tuple[str, ...]  # by group, for signs of forms


@dataclass(frozen=True)
class GroupRow:
    """What was flagged of one group in the county."""

    group: str
    forms: int
    certain: str
    candidates: str
    told: str
    repeats: str


@dataclass(frozen=True)
class Finding:
    """One kind of evidence about a school: what was seen against what was to be expected, and what else it may be."""

    title: str
    figures: tuple[str, ...]
    innocent: str
    counts: bool


@dataclass(frozen=True)
class SchoolFindings:
    """A school that stands out by the forms of one group."""

    code: str
    group: str
    forms: int
    unusual: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class EvidenceBoard:
    """Everything on the evidence page, in the order in which it is read."""

    run: EvidenceView
    unusual: tuple[SchoolFindings, ...]
    single: tuple[SchoolFindings, ...]  # with one kind only, which proves nothing
    groups: tuple[GroupRow, ...]
    form_signs: tuple[SignRow, ...]
    school_signs: tuple[SignRow, ...]
    rules: tuple[SignRow, ...]
    judged: int


def lay_out_evidence(run: EvidenceView) -> EvidenceBoard:
    """The rows of a look."""
    schools = run.result["schools"]
    found = [_findings(each) for each in schools]
    signs = run.result["signs"]
    return EvidenceBoard(
        run=run,
        unusual=tuple(each for each in found if each.unusual),
        single=tuple(each for each in found if not each.unusual and any(one.counts for one in each.findings)),
        groups=tuple(_group(each) for each in run.result["groups"]),
        form_signs=tuple(_sign(each, run) for each in signs if each["level"] == "form"),
        school_signs=tuple(_sign(each, run) for each in signs if each["level"] == "school"),
        rules=tuple(_sign(each, run) for each in signs if each["level"] == "rule"),
        judged=len({each["school"] for each in schools}),
    )


def findings_of(run: EvidenceView, school: str) -> tuple[SchoolFindings, ...]:
    """All that was looked at in one school, whether it stands out or not."""
    return tuple(_findings(each, every=True) for each in run.result["schools"] if each["school"] == school)


def set_side_by_side(result: Plain) -> str:
    """The other score in a sentence: with all answers, or without the certainly careless. Empty for old results."""
    beside = result.get("beside")
    if beside is None:
        return ""
    if beside["difference"] is None:
        return str(_("与另一种算法只差很少几份答卷，那个得分不公布，以免推算出这几份。"))
    words = {"count": count(beside["difference"]), "score": _points(beside, result), "verdict": _verdict(beside)}
    if beside["answers"] == "all" and not beside["difference"]:
        return str(_("没有一份答卷符合已决定的剔除规则，得分计入了全部答卷。"))
    if beside["answers"] == "all":
        return str(
            _("这个得分没有计入按规则剔除的 %(count)s 份答卷；全部计入时为 %(score)s 分（%(verdict)s）。", **words)
        )
    if not beside["difference"]:
        return str(_("没有剔除任何答卷，也没有一份带有确证的迹象。"))
    if beside["composite"] is None:
        return str(_("没有剔除任何答卷；去掉带有确证迹象的 %(count)s 份，就没有答卷可以计分了。", **words))
    return str(
        _("没有剔除任何答卷；要是去掉带有确证迹象的 %(count)s 份，得分为 %(score)s 分（%(verdict)s）。", **words)
    )


def name_beside(result: Plain) -> str:
    """A short name for the other score."""
    beside = result["beside"]
    return str(_("不剔除任何答卷") if beside["answers"] == "all" else _("去掉带有确证迹象的答卷"))


def list_cuts(result: Plain, language: str) -> list[str]:
    """What each decided rule took out, by group."""
    excluded = result.get("excluded") or {"rules": []}
    return [
        f"{rule['title'].get(language) or rule['rule']}{_('：')}"
        + (
            str(_("、")).join(f"{word(GROUPS, group)} {count(n)}" for group, n in rule["answers"].items())
            or str(_("没有答卷符合"))
        )
        for rule in excluded["rules"]
    ]


def _points(beside: Plain, result: Plain) -> str:
    composite = beside["composite"]
    return HIDDEN if composite is None else fixed(composite["value"], result["decimals"])


def _verdict(beside: Plain) -> str:
    return HIDDEN if beside["verdict"] is None else str(VERDICTS[beside["verdict"]])


def _findings(school: Plain, *, every: bool = False) -> SchoolFindings:
    shown = [each for each in school["families"] if every or each["stands_out"]]
    found = [_finding(each) for each in shown]
    if school["overfull"]:
        found.insert(0, Finding(str(SCHOOLS["enrolment"].title), (), str(SCHOOLS["enrolment"].innocent), True))
    return SchoolFindings(school["school"], school["group"], school["forms"], school["unusual"], tuple(found))


def _finding(family: Plain) -> Finding:
    words = SCHOOLS.get(family["family"])
    told = [line for each in family["figures"] if (line := write_figure(each)) is not None]
    return Finding(
        title=family["family"] if words is None else str(words.title),
        figures=tuple(told) or (str(_("数字现在不显示")),),
        innocent="" if words is None else str(words.innocent),
        counts=family["counts"],
    )


def _group(entry: Plain) -> GroupRow:
    return GroupRow(
        entry["group"],
        entry["forms"],
        _of(entry["certain"], entry["forms"]),
        _of(entry["candidates"], entry["forms"]),
        _share(entry["told"]),
        _share(entry["repeats"]),
    )


def _of(flagged: int | None, forms: int) -> str:
    return HIDDEN if flagged is None else f"{count(flagged)}  ({percent(flagged / forms)})"


def _share(said: Plain | None) -> str:
    return HIDDEN if said is None else f"{count(said['yes'])}  ({percent(said['yes'] / said['known'])})"


def _sign(entry: Plain, run: EvidenceView) -> SignRow:
    name, words = entry["sign"], words_of(entry["sign"])
    return SignRow(
        title=name if words is None else str(words.title),
        method=entry.get("method", "") if words is None else str(words.method),
        limit=entry.get("threshold", "") if words is None else write_limit(name, run.recipe),
        kind=_kind(entry),
        alarm=_alarm(entry),
        counts=tuple(_counts(name, run.result["groups"])),
    )


def _kind(entry: Plain) -> str:
    """What a sign counts as; a rule is what the others add up to."""
    if entry["level"] == "rule":
        return ""
    if entry["kind"] == "evidence":
        return str(KINDS["kind" if entry["counts_as"] else "evidence"])
    return word(KINDS, entry["kind"])


def _counts(name: str, groups: Sequence[Plain]) -> Iterator[str]:
    return (HIDDEN if each["flags"] is None else count(each["flags"].get(name)) for each in groups)


def _alarm(entry: Plain) -> str:
    """The rate, and that of the simulated county where it is highest; a sign that never came is said to have none."""
    rate = entry["rate"]
    if rate is None:
        return str(_("没有测过"))
    if not entry["worst"]:
        return str(_("%(cases)s 次中没有一次", cases=count(entry["rate_n"])))
    return str(_("%(rate)s（最多 %(worst)s）", rate=percent(rate, 2), worst=percent(entry["worst"], 2)))
