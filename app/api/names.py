"""Names in addresses, each written in one way only: whatever is written otherwise is the name of nothing."""

from __future__ import annotations

from typing import Any, ClassVar

from werkzeug.routing import BaseConverter

from surveys.exports import FORMATS
from surveys.regions import CODE
from surveys.studies import TOLD


class Slug(BaseConverter):
    """The ID of a campaign."""

    regex = "[a-z0-9][a-z0-9-]{1,63}"
    described: ClassVar[dict[str, Any]] = {"type": "string", "pattern": f"^{regex}$", "example": "demo"}


class Code(BaseConverter):
    """The code of a region."""

    regex = CODE.pattern
    described: ClassVar[dict[str, Any]] = {"type": "string", "pattern": f"^{regex}$", "example": "demo"}


class Number(BaseConverter):
    """The number of an evaluation."""

    regex = "[1-9][0-9]{0,5}"
    described: ClassVar[dict[str, Any]] = {"type": "integer", "minimum": 1, "maximum": 999_999, "example": 1}

    def to_python(self, value: str) -> int:
        return int(value)


class Format(BaseConverter):
    """The format of a file."""

    regex = "|".join(FORMATS)
    described: ClassVar[dict[str, Any]] = {"type": "string", "enum": list(FORMATS), "example": "csv"}


class Study(BaseConverter):
    """The kind of a study."""

    regex = "|".join(TOLD)
    described: ClassVar[dict[str, Any]] = {"type": "string", "enum": list(TOLD), "example": "schools"}


CONVERTERS = {"slug": Slug, "code": Code, "number": Number, "format": Format, "study": Study}
