"""A codebook as DDI-Codebook 2.5 (https://ddialliance.org/Specification/DDI-Codebook/2.5/), for archives."""

from __future__ import annotations

from surveys.exports.codebook import Codebook
from surveys.exports.ddi.data import describe_data
from surveys.exports.ddi.study import describe_document, describe_file, describe_study
from surveys.exports.ddi.tree import element, written

SCHEMA = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"


def make_ddi(codebook: Codebook, *, code_version: str) -> bytes:
    """The XML, valid against the schema; the same codebook gives the same bytes."""
    root = element(
        "codeBook",
        describe_document(codebook, code_version),
        describe_study(codebook),
        describe_file(codebook),
        describe_data(codebook),
        version="2.5",
        lang=codebook.dictionary.languages[0],
    )
    return written(root, schema=SCHEMA)
