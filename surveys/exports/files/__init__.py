"""The formats of an export: each writes an extract to a file, with the labels of one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from surveys.exports.extract import Extract
from surveys.exports.files.columnar import write_parquet
from surveys.exports.files.comma import write_csv, write_csv_with_mark
from surveys.exports.files.rscript import write_r
from surveys.exports.files.statistical import write_dta, write_sav
from surveys.exports.files.workbook import write_xlsx

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Format:
    """`write(extract, path, language, progress)`; `progress` hears how many rows are written."""

    suffix: str
    kind: str  # of its content, for the web
    write: Callable[[Extract, Path, str, Progress], None]


FORMATS: Mapping[str, Format] = {
    "csv": Format("csv", "text/csv", write_csv_with_mark),
    "csv-plain": Format("csv", "text/csv", write_csv),
    "xlsx": Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "sav": Format("sav", "application/x-spss-sav", write_sav),
    "dta": Format("dta", "application/x-stata-dta", write_dta),
    "parquet": Format("parquet", "application/vnd.apache.parquet", write_parquet),
    "r": Format("zip", "application/zip", write_r),
}
