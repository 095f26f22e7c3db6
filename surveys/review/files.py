"""Files that are handed in as evidence: few, small, and only what their content says they are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from surveys.errors import Problem, SurveyError
from surveys.models import ReviewFile
from surveys.review.findings import FileView
from surveys.review.writing import Problems
from surveys.text import is_unreadable, tidy

FileKind = Literal["pdf", "jpg", "png"]
MAGIC: dict[FileKind, bytes] = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
MOST_FILES, LARGEST_FILE = 3, 5 * 1024 * 1024
LONGEST_NAME = 100
ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
NOT_IN_NAMES = re.compile(r"[\\/:*?\"<>|\n]")


@dataclass(frozen=True)
class Upload:
    """A file as somebody sent it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class StoredFile:
    """A file with its content, as it was handed in."""

    about: FileView
    content: bytes


def kind_of(content: bytes) -> FileKind | None:
    """What the first bytes say, whatever the file is called; None for what we do not take."""
    return next((kind for kind, magic in MAGIC.items() if content.startswith(magic)), None)


def check_files(uploads: Sequence[Upload], problems: Problems) -> None:
    """What is wrong with files goes to `problems`: too many, empty, too large, or of another kind."""
    if len(uploads) > MOST_FILES:
        problems.append(Problem("review.files_many", field="files", params={"most": MOST_FILES}))
    for each in uploads:
        name = clean_name(each.name)
        if not each.content:
            problems.append(Problem("review.file_empty", field="files", value=name))
        elif len(each.content) > LARGEST_FILE:
            most = {"most": LARGEST_FILE // 1024 // 1024}
            problems.append(Problem("review.file_large", field="files", value=name, params=most))
        elif kind_of(each.content) is None:
            problems.append(Problem("review.file_kind", field="files", value=name))


def clean_name(name: str) -> str:
    """A name that every system takes, without the ending, which the content gives."""
    text = "" if is_unreadable(name) else NOT_IN_NAMES.sub(" ", tidy(name))
    return " ".join(ENDING.sub("", text).split()).strip(". ")[:LONGEST_NAME] or "file"


def keep_files(
    session: Session, *, campaign_id: int, finding: int, mending: int, uploads: Sequence[Upload]
) -> tuple[FileView, ...]:
    """Store files that were checked."""
    for number, each in enumerate(uploads, start=1):
        kind = kind_of(each.content)
        row = ReviewFile(campaign_id=campaign_id, finding=finding, mending=mending, number=number)
        row.name, row.kind, row.size = f"{clean_name(each.name)}.{kind}", str(kind), len(each.content)
        row.digest, row.content = hashlib.sha256(each.content).hexdigest(), each.content
        session.add(row)
    session.flush()
    return tuple(
        get_file(session, campaign_id=campaign_id, finding=finding, mending=mending, number=number).about
        for number in range(1, len(uploads) + 1)
    )


def get_file(session: Session, *, campaign_id: int, finding: int, mending: int, number: int) -> StoredFile:
    """A file of the evidence. Raises SurveyError(`review.no_file`)."""
    row = session.get(ReviewFile, (campaign_id, finding, mending, number))
    if row is None:
        raise SurveyError("review.no_file", "missing")
    return StoredFile(FileView(row.number, row.name, row.kind, row.size, row.digest), row.content)
