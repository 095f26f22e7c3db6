"""Results (测评结果) as a table: one row a figure, exactly as the publication rule lets it be shown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from surveys import VERSION
from surveys.exports.extract import Column, Extract, label_in
from surveys.exports.model import Dictionary, Variable
from surveys.exports.words import LANGUAGES, label_of
from surveys.publication import Figure, Publication

SOURCE = Path(__file__).parent / "results.yaml"


def make_results(published: Publication, *, language: str, simulated: bool) -> Extract:
    """All figures of a publication, in its order; questions and groups in `language`."""
    rows = [_row(figure, language) for figure in published]
    variables = _variables()
    columns = {each.name: _column(each, [row[each.name] for row in rows]) for each in variables}
    made = published.evaluation
    facts = {
        "campaign": made.campaign,
        "simulated": "yes" if simulated else "no",
        "evaluation": str(made.number),
        "scorecard": f"{made.scorecard}@{made.scorecard_number}",
        "publication": published.rule,
        "data_digest": made.data_digest,
        "code_version": VERSION,
    }

    def read(begin: int, end: int) -> Mapping[str, Column]:
        return {name: column[begin:end] for name, column in columns.items()}

    return Extract(Dictionary(variables, (), LANGUAGES), len(rows), read, facts)


@cache
def _variables() -> tuple[Variable, ...]:
    words = YAML(typ="safe", pure=True).load(SOURCE)["variables"]
    return tuple(Variable(name, each["kind"], "figure", each["label"]) for name, each in words.items())


def _row(figure: Figure, language: str) -> Mapping[str, Any]:
    own = {each.name: getattr(figure, each.name, None) for each in _variables()}
    group = "" if figure.group is None else label_in(label_of("groups", figure.group), language)
    question = label_in(figure.text, language) if figure.item and figure.text else ""
    return {**own, "group_label": group, "question": question, "caveats": " ".join(figure.caveats)}


def _column(variable: Variable, cells: list[Any]) -> Column:
    if variable.kind == "text":
        return np.array(["" if cell is None else str(cell) for cell in cells], dtype=object)
    return np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
