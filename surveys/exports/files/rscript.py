"""For R: a ZIP of the CSV and a script that reads it into labelled factors and says what the design is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from surveys.exports.archive import put
from surveys.exports.dictionary import plain_dictionary
from surveys.exports.extract import Extract, label_in
from surveys.exports.files.comma import write_csv
from surveys.exports.model import Variable

DATA, SCRIPT, DICTIONARY = "data.csv", "read.R", "dictionary.json"
HEAD = """\
# Reads data.csv into the data frame `data`: codes become labelled factors, codes for no answer become NA.
# Run it in the folder of the files: source("read.R", encoding = "UTF-8")
data <- read.csv("data.csv", fileEncoding = "UTF-8", check.names = FALSE)
label <- function(name, text) attr(data[[name]], "label") <<- text
codes <- function(name, values, labels, missing) {
  column <- data[[name]]
  column[column %in% missing] <- NA
  data[[name]] <<- factor(column, levels = values, labels = labels)
}
empty <- function(name, missing) data[[name]][data[[name]] %in% missing] <<- NA
"""
TAIL = """\

# The design of the score: schools within strata, first stage with replacement. Needs the package survey.
if (requireNamespace("survey", quietly = TRUE)) {
  counted <- data[!is.na(data$final_weight), ]
  design <- survey::svydesign(ids = ~cluster, strata = ~variance_stratum, weights = ~final_weight, data = counted)
}
"""


def write_r(extract: Extract, path: Path, language: str, progress: Callable[[int], None]) -> None:
    """The CSV, the script and the dictionary."""
    data = path.with_name(f"{path.name}.csv")
    try:
        write_csv(extract, data, language, progress)
        with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=6) as archive:
            put(archive, DATA, data)
            put(archive, SCRIPT, script_of(extract, language).encode())
            dictionary = json.dumps(plain_dictionary(extract.dictionary), ensure_ascii=False, indent=1)
            put(archive, DICTIONARY, dictionary.encode())
    finally:
        data.unlink(missing_ok=True)


def script_of(extract: Extract, language: str) -> str:
    """The script by itself; the end of it only where the file has a design."""
    lines = [line for each in extract.variables for line in _lines(each, language)]
    designed = any(each.role == "weight" for each in extract.variables)
    return HEAD + "\n" + "\n".join(lines) + "\n" + (TAIL if designed else "")


def _lines(variable: Variable, language: str) -> Iterator[str]:
    name = _quote(variable.name)
    missing = "c(" + ", ".join(str(value.code) for value in variable.missing) + ")"
    if variable.kind == "code":
        meant = [value for value in variable.values if not value.missing]
        values = ", ".join(str(value.code) for value in meant)
        labels = ",\n    ".join(_quote(text) for text in _distinct([label_in(each.label, language) for each in meant]))
        yield f"codes({name}, c({values}), c(\n    {labels}), {missing})"
    elif variable.missing:
        yield f"empty({name}, {missing})"
    yield f"label({name}, {_quote(label_in(variable.label, language))})"


def _distinct(labels: list[str]) -> Iterator[str]:
    """Levels of a factor must differ."""
    for place, label in enumerate(labels):
        yield label if label not in labels[:place] else f"{label} ({place + 1})"


def _quote(text: str) -> str:
    """A text of R, whatever stands in it."""
    return json.dumps(text.replace("\0", ""), ensure_ascii=False)
