"""A result as tables that can be read: the same on a page, in a terminal and in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from flask_babel import gettext as _

from app.bench.cells import NOTHING, Cell, Plain, Sheet, people, words
from app.bench.comparing import averages, crosstabs
from app.bench.modelling import drivers, factors, ordinal, scales
from app.bench.wording import label_of, variable_label
from app.words import GROUPS, word
from surveys.bench import Kind, Result


def lay_out(result: Result) -> list[Sheet]:
    """All tables of a result, the chief ones first within each part; at the end who answered what."""
    worded = [_worded(result)] if result.wordings else []
    return [*_BY_KIND[result.request.kind](result), *worded, _counted(result)]


def _worded(result: Result) -> Sheet:
    """Of questions that not all were asked in the same words: who was asked how, and whose papers do not have it."""
    return Sheet(
        title=_("怎样问、问了谁"),
        heads=(_("变量"), _("对象"), _("问法")),
        rows=tuple(
            (words(each["variable"]), words(_groups(asked)), words(label_of(asked["label"])))
            for each in result.wordings
            for asked in each["asked"]
        ),
        lines=tuple(
            _("%(variable)s 不在这些问卷里：%(papers)s", variable=each["variable"], papers=_papers(each["without"]))
            for each in result.wordings
            if each["without"]
        ),
        texts=3,
    )


def _groups(asked: Plain) -> str:
    return str(_("、")).join(word(GROUPS, each) for each in asked["groups"])


def _papers(without: Sequence[Plain]) -> str:
    told = (_("%(paper)s（%(groups)s）", paper=label_of(each["label"]), groups=_groups(each)) for each in without)
    return str(_("；")).join(told)


def _counted(result: Result) -> Sheet:
    """Of each variable how many were asked, and what became of it."""
    names = ("asked", "valid", "dont_know", "missing")
    return Sheet(
        title=_("谁答了什么"),
        heads=(_("变量"), _("问到的人"), _("有效回答"), _("不清楚或不想说"), _("空白")),
        rows=tuple(
            (
                words(variable_label(result, each["variable"])),
                *(Cell(NOTHING) if _is_score(each, name) else people(each[name], result) for name in names),
            )
            for each in result.counted
        ),
        chief=False,
    )


def _is_score(row: Plain, name: str) -> bool:
    """A score of a dimension is neither blank nor unsure."""
    return name in ("dont_know", "missing") and str(row["variable"]).startswith("dimension.")


_BY_KIND: Mapping[Kind, Callable[[Result], Iterable[Sheet]]] = {
    "crosstab": crosstabs,
    "means": averages,
    "shares": averages,
    "reliability": scales,
    "factors": factors,
    "drivers": drivers,
    "ordinal": ordinal,
}
