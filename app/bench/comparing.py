"""Two-way tables, means and shares, as tables and charts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _

from app.bench.cells import HIDDEN, NOTHING, Cell, Plain, Sheet, between, people, points, probability, words
from app.bench.wording import (
    SHORT_CORRECTIONS,
    label_of,
    p_words,
    reading_line,
    test_line,
    told,
    variable_label,
    why_line,
)
from app.numbers import count
from surveys.bench import Result


def crosstabs(result: Result) -> Iterable[Sheet]:
    for part in result.parts:
        yield _matrix(part, result)
        if part["cells"]:
            yield _every_cell(part, result)


def _cross_title(part: Plain, result: Result) -> str:
    return f"{variable_label(result, part['row'])} × {variable_label(result, part['column'])}"


def _matrix(part: Plain, result: Result) -> Sheet:
    """Shares of each row, with their intervals; the last row is everybody."""
    columns = [label_of(each) for each in part["column_labels"]]
    rows = [
        (words(label_of(label)), *(_share(cell, result) for cell in cells), people(total["n"], result))
        for label, cells, total in zip(part["row_labels"], part["cells"], part["row_totals"], strict=False)
    ]
    if rows:
        totals = (
            Cell(f"{points(each['value'], result).text}%", each["value"], between(each, result))
            for each in part["column_totals"]
        )
        rows.append((words(_("合计")), *totals, people(part["n"], result)))
    return Sheet(
        title=_cross_title(part, result),
        heads=(variable_label(result, part["row"]), *columns, "n"),
        rows=tuple(rows),
        lines=tuple(filter(None, (test_line(part, result),))),
        chart=_stacks(part, result) if part["cells"] else None,
        total=bool(rows),
        reading=reading_line(part, result),
        about=_("行百分比（加权），附 %(level)s 区间", level=f"{result.request.level * 100:g}%"),
    )


def _share(cell: Plain, result: Result) -> Cell:
    if cell["hidden"]:
        return Cell(HIDDEN)
    return Cell(f"{points(cell['row']['value'], result).text}%", cell["row"]["value"], between(cell["row"], result))


def _every_cell(part: Plain, result: Result) -> Sheet:
    rows = []
    for label, cells in zip(part["row_labels"], part["cells"], strict=True):
        for other, cell in zip(part["column_labels"], cells, strict=True):
            numbers = [points(cell[base][name], result) for base in ("row", "column", "total") for name in _SHOWN]
            n = Cell(HIDDEN) if cell["hidden"] else people(cell["n"], result)
            rows.append((words(label_of(label)), words(label_of(other)), n, *numbers))
    heads = [
        f"{base}% {what}".strip()
        for base in (_("行"), _("列"), _("总"))
        for what in ("", _("标准误"), _("下限"), _("上限"))
    ]
    return Sheet(
        title=_("%(title)s：每一格", title=_cross_title(part, result)),
        heads=(variable_label(result, part["row"]), variable_label(result, part["column"]), "n", *heads),
        rows=tuple(rows),
        chief=False,
        texts=2,
    )


_SHOWN = ("value", "se", "low", "high")


def _stacks(part: Plain, result: Result) -> dict[str, Any] | None:
    """Bars of a whole row each, one piece for each answer; none where a piece is hidden."""
    rows = [
        {"label": label_of(label), "values": [cell["row"]["value"] for cell in cells], "n": told(total["n"], result)}
        for label, cells, total in zip(part["row_labels"], part["cells"], part["row_totals"], strict=True)
    ]
    whole = {
        "label": _("合计"),
        "values": [each["value"] for each in part["column_totals"]],
        "n": told(part["n"], result),
    }
    if any(cell["hidden"] for cells in part["cells"] for cell in cells) or len(part["column_labels"]) > len(_TONES):
        return None
    return {
        "kind": "stacks",
        "names": [label_of(each) for each in part["column_labels"]],
        "rows": [*rows, whole],
        "strong": len(rows),
        "head": "n",
    }


_TONES = range(7)  # shades that can be told apart


def averages(result: Result) -> Iterable[Sheet]:
    if result.request.by:
        for part in result.parts:
            yield _by(part, result)
            if len(part["pairs"]) > 1:
                yield _pairs(part, result)
    else:
        yield _side_by_side(result)


def _measure(result: Result) -> str:
    return str(_("满意占比（百分比）") if result.request.kind == "shares" else _("平均水平（0–100）"))


def _average_heads(result: Result) -> tuple[str, ...]:
    return (_measure(result), _("标准误"), _("区间下限"), _("区间上限"), "n", _("有效 n"), _("自由度"))


def _average(row: Plain, result: Result) -> tuple[Cell, ...]:
    if row["hidden"]:
        return (*(Cell(HIDDEN) for _each in range(6)), Cell(NOTHING))
    mark = {"above": "> ", "below": "< "}.get(row["bound"], "")
    value = points(row["value"], result)
    value = Cell(f"{mark}{value.text}", f"{mark}{value.text}" if mark else value.value)
    rest = (points(row[name], result) for name in ("se", "low", "high"))
    df = Cell(NOTHING if row["df"] is None else count(row["df"]), row["df"])
    return (value, *rest, people(row["n"], result), people(row["n_eff"], result), df)


def _by(part: Plain, result: Result) -> Sheet:
    heads = [variable_label(result, name) for name in part["by"]]
    rows = [(*(words(label_of(label)) for label in row["labels"]), *_average(row, result)) for row in part["rows"]]
    lines = [test_line(part, result)] if part["test"] or part["why"] else []
    if len(part["pairs"]) == 1:
        lines.append(_pair_line(part, result))
    if part["untested"]:
        lines.append(_untested_line(part))
    return Sheet(
        title=_("%(item)s，按%(by)s", item=variable_label(result, part["item"]), by=_("、").join(heads)),
        heads=(*heads, *_average_heads(result)),
        rows=tuple(rows),
        lines=tuple(lines),
        reading=reading_line(part, result),
        chart=_dots(part["rows"], [_names(row) for row in part["rows"]], result),
        texts=len(heads),
    )


def _untested_line(part: Plain) -> str:
    """Which categories take no part in tests."""
    names = _("、").join(_names(part["rows"][at]) for at in part["untested"])
    return str(_("%(names)s：所有人回答相同（或只在一个抽样单位里），无法检验，不参加比较。", names=names))


def _names(row: Plain) -> str:
    return " · ".join(label_of(label) for label in row["labels"])


def _pair_line(part: Plain, result: Result) -> str:
    (pair,) = part["pairs"]
    return str(_("“%(first)s”减“%(second)s”：%(value)s（%(range)s），%(p)s",
                 **_pair_names(part, pair), value=points(pair["value"], result).text,
                 range=between(pair, result) or NOTHING, p=p_words(pair["p"])))  # fmt: skip


def _pair_names(part: Plain, pair: Plain) -> dict[str, str]:
    return {name: _names(part["rows"][pair[name]]) for name in ("first", "second")}


def _pairs(part: Plain, result: Result) -> Sheet:
    rows = [
        (
            words(_pair_names(part, pair)["first"]),
            words(_pair_names(part, pair)["second"]),
            *(points(pair[name], result) for name in _SHOWN),
            probability(pair["p"]),
            probability(pair["p_adjusted"]),
        )
        for pair in part["pairs"]
    ]
    corrected = _("p（%(how)s）", how=SHORT_CORRECTIONS.get(result.request.correction, _("不校正")))
    return Sheet(
        title=_("%(item)s：两两之差", item=variable_label(result, part["item"])),
        heads=(_("前者"), _("后者"), _("前者减后者"), _("标准误"), _("区间下限"), _("区间上限"), "p", corrected),
        rows=tuple(rows),
        chief=False,
        texts=2,
    )


def _side_by_side(result: Result) -> Sheet:
    """Items below one another, where they are not divided by anything."""
    found = [(part, row) for part in result.parts for row in part["rows"]]
    names = [variable_label(result, part["item"]) for part, _row in found]
    rows = [(words(name), *_average(row, result)) for name, (_part, row) in zip(names, found, strict=True)]
    lines = [
        f"{variable_label(result, part['item'])}{_('：')}{why_line(part)}" for part in result.parts if not part["rows"]
    ]
    return Sheet(
        title=_measure(result),
        heads=(_("题目"), *_average_heads(result)),
        rows=tuple(rows),
        lines=tuple(lines),
        chart=_dots([row for _part, row in found], names, result),
    )


def _dots(rows: Sequence[Plain], names: Sequence[str], result: Result) -> dict[str, Any] | None:
    shown = [(name, row) for name, row in zip(names, rows, strict=True) if row["value"] is not None]
    if not shown:
        return None
    ends = [end for _name, row in shown for end in (row["low"], row["high"], row["value"]) if end is not None]
    least, most = max(0, min(ends) // 10 * 10), min(100, -(-max(ends) // 10) * 10)
    return {
        "kind": "ranges",
        "least": least,
        "most": most if most > least else least + 10,
        "head": _measure(result),
        "unit": "",
        "rows": [_dot(name, row, result) for name, row in shown],
    }


def _dot(name: str, row: Plain, result: Result) -> dict[str, Any]:
    shown = _average(row, result)[0].text
    limits = between(row, result)
    tip = [f"{_measure(result)} {shown}", *([limits] if limits else []), f"n = {told(row['n'], result)}"]
    return {
        "label": name, "strong": False, "value": row["value"], "low": row["low"], "high": row["high"],
        "mark": None, "side": "above", "shown": shown, "tip": tip,
    }  # fmt: skip
