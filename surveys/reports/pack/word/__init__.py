"""A report as a Word document that officers go on editing: real styles, fields and captions."""

from surveys.reports.pack.word.writing import make_docx

__all__ = ["make_docx"]
