"""Parquet: typed columns, with the dictionary in the metadata of the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from surveys.exports.extract import Extract
from surveys.exports.files.batches import ahead, batches_of, schema_of

GROUP = 100_000  # rows of a row group


def write_parquet(extract: Extract, path: Path, language: str, progress: Callable[[int], None]) -> None:
    """One file, its row groups in the order of the rows."""
    from pyarrow.parquet import ParquetWriter

    schema = schema_of(extract, language)
    with ParquetWriter(path, schema) as writer:
        for batch in ahead(batches_of(extract, schema, GROUP)):
            writer.write_batch(batch, row_group_size=GROUP)
            progress(batch.num_rows)
