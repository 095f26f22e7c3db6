"""An extract as batches of Arrow columns, which the writers of CSV and Parquet take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from surveys.exports.dictionary import plain_dictionary
from surveys.exports.extract import STRETCH, Column, Extract, label_in
from surveys.exports.model import Variable

if TYPE_CHECKING:
    import pyarrow as pa


def schema_of(extract: Extract, language: str) -> pa.Schema:
    """The columns with their labels, and the whole dictionary, in the metadata."""
    import pyarrow as pa

    kinds = {"code": pa.int16(), "integer": pa.int32(), "decimal": pa.float64(), "text": pa.string()}
    fields = [
        pa.field(each.name, kinds[each.kind], metadata={"label": label_in(each.label, language)})
        for each in extract.variables
    ]
    dictionary = json.dumps(plain_dictionary(extract.dictionary), ensure_ascii=False)
    facts = json.dumps(dict(extract.facts), ensure_ascii=False)
    return pa.schema(fields, metadata={"renke.dictionary": dictionary, "renke.facts": facts})


def batches_of(extract: Extract, schema: pa.Schema, rows: int = STRETCH) -> Iterator[pa.RecordBatch]:
    """The rows, some at a time; what is not a number is null."""
    import pyarrow as pa

    for columns in extract.stretches(rows):
        yield pa.record_batch([_array(columns[each.name], each, schema) for each in extract.variables], schema=schema)


def ahead(parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same batches, each made by a thread while the one before it is written, which needs no lock of Python."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = thread.submit(next, parts, None)
            yield part


def _array(column: Column, variable: Variable, schema: pa.Schema) -> Any:
    import pyarrow as pa

    return pa.array(column, type=schema.field(variable.name).type, from_pandas=variable.kind == "decimal")
