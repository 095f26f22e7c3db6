"""CSV: codes as numbers, UTF-8, with the mark that Excel needs or without it. No cell is a formula."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from surveys.exports.extract import Extract
from surveys.exports.files.batches import ahead, batches_of, schema_of

if TYPE_CHECKING:
    import pyarrow as pa

FORMULA = r"^ *[=+\-@\t\r\n]"  # how a text begins that a spreadsheet takes for a formula


def write_csv(extract: Extract, path: Path, language: str, progress: Callable[[int], None]) -> None:
    """Plain UTF-8, for programs."""
    with path.open("wb") as file:
        _write(extract, file, language, progress)


def write_csv_with_mark(extract: Extract, path: Path, language: str, progress: Callable[[int], None]) -> None:
    """With the byte order mark by which Excel knows that it is UTF-8."""
    with path.open("wb") as file:
        file.write(codecs.BOM_UTF8)
        _write(extract, file, language, progress)


def _write(extract: Extract, file: BinaryIO, language: str, progress: Callable[[int], None]) -> None:
    from pyarrow.csv import CSVWriter, WriteOptions

    schema = schema_of(extract, language)
    with CSVWriter(file, schema, write_options=WriteOptions(quoting_style="needed")) as writer:
        for batch in ahead(batches_of(extract, schema)):
            writer.write_batch(_without_formulas(batch))
            progress(batch.num_rows)


def _without_formulas(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Text that a spreadsheet would run gets an apostrophe; numbers are left alone."""
    import pyarrow as pa
    from pyarrow import compute

    for place, field in enumerate(batch.schema):
        if pa.types.is_string(field.type):
            text = compute.replace_substring_regex(batch.column(place), FORMULA, r"'\0")
            batch = batch.set_column(place, field, text)
    return batch
