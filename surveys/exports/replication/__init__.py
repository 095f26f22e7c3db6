"""Replication packages (复现包): a ZIP from which others derive a score again, by Python or R, without this program."""

from surveys.exports.replication.making import MADE, Package, make_package, write_package

__all__ = ["MADE", "Package", "make_package", "write_package"]
