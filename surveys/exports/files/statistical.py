"""SPSS and Stata files, with labels of variables and values, and what counts as missing.

Both libraries take a table as a whole, so it is held in memory in the smallest types: a byte a code.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from surveys.exports.dictionary import remark_on
from surveys.exports.extract import Extract, label_in
from surveys.exports.model import Variable

if TYPE_CHECKING:
    import pandas as pd

LONGEST_LABEL, LONGEST_VALUE = 255, 120  # bytes, of SPSS
LOWEST, HIGHEST = -127, 100  # of a byte of Stata
LONGEST_IN_STATA = 80  # characters of a label
FORMATS = {"code": "F5.0", "integer": "F10.0", "decimal": "F14.6"}  # as SPSS shows them
ORDINAL = ("satisfaction-", "frequency-")  # scales whose codes have an order


def write_sav(extract: Extract, path: Path, language: str, progress: Callable[[int], None]) -> None:
    """SPSS: codes for no answer are declared missing, so that no mean counts them."""
    from pyreadstat import write_sav as write

    codes = [each for each in extract.variables if each.missing]
    write(
        _table(extract),
        str(path),
        column_labels={each.name: _label_in_spss(each, language) for each in extract.variables},
        variable_value_labels=_labels(extract, language, LONGEST_VALUE),
        missing_ranges={each.name: [value.code for value in each.missing] for each in codes},
        variable_measure={each.name: _measure(each) for each in extract.variables},
        variable_format={each.name: FORMATS[each.kind] for each in extract.variables if each.kind in FORMATS},
        file_label=_bytes(extract.facts.get("campaign", ""), 64),
        row_compress=True,  # as SPSS writes them itself: a fifth of the size
    )
    progress(extract.rows)


def write_dta(extract: Extract, path: Path, language: str, progress: Callable[[int], None]) -> None:
    """Stata 14 and later. Codes for no answer stay codes with a label, for `mvdecode`."""
    from pyreadstat import write_dta as write

    labels: dict[str, str | None] = {each.name: _label_in_stata(each, language) for each in extract.variables}
    write(
        _table(extract),
        str(path),
        column_labels=labels,
        variable_value_labels=_labels(extract, language, None),
        file_label=extract.facts.get("campaign", "")[:LONGEST_IN_STATA],
        version=14,
    )
    progress(extract.rows)


def _table(extract: Extract) -> pd.DataFrame:
    """All rows, each column once and in the smallest type that holds it."""
    import pandas as pd

    whole: dict[str, Any] = {}
    begin, small = 0, {each.name for each in extract.variables if _is_small(each)}
    for columns in extract.stretches():
        for name, column in columns.items():
            if name not in whole:
                whole[name] = np.empty(extract.rows, np.int8 if name in small else column.dtype)
            whole[name][begin : begin + column.size] = column
        begin += next(iter(columns.values())).size
    return pd.DataFrame(whole, copy=False)


def _is_small(variable: Variable) -> bool:
    """Whether every code fits into a byte of Stata, whose highest are its own codes for what is missing."""
    return variable.kind == "code" and all(LOWEST <= value.code <= HIGHEST for value in variable.values)


def _labels(extract: Extract, language: str, longest: int | None) -> dict[str, dict[int | float, str]]:
    found: dict[str, dict[int | float, str]] = {}
    for each in extract.variables:
        if each.values:
            texts = {value.code: label_in(value.label, language) for value in each.values}
            found[each.name] = {
                code: text if longest is None else _bytes(text, longest) for code, text in texts.items()
            }
    return found


def _label(variable: Variable, language: str) -> tuple[str, str]:
    """The label in two pieces: the wording, which may be cut, and what is said of others, which stays."""
    spoken = language if variable.label.get(language) else next(iter(variable.label), "")
    remark = remark_on(variable, spoken)
    return label_in(variable.label, spoken).removesuffix(remark), remark


def _label_in_spss(variable: Variable, language: str) -> str:
    wording, remark = _label(variable, language)
    return _bytes(wording, LONGEST_LABEL - len(remark.encode())) + remark


def _label_in_stata(variable: Variable, language: str) -> str:
    wording, remark = _label(variable, language)
    return wording[: LONGEST_IN_STATA - len(remark)] + remark


def _measure(variable: Variable) -> str:
    if variable.kind != "code":
        return "nominal" if variable.kind == "text" or variable.name == "cluster" else "scale"
    return "ordinal" if (variable.scale or "").startswith(ORDINAL) else "nominal"


def _bytes(text: str, longest: int) -> str:
    """Cut to so many bytes of UTF-8, between two signs."""
    return text.encode()[:longest].decode(errors="ignore")
