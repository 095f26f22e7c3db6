"""What a file is, told from its content: names and endings lie."""

from __future__ import annotations

import io
import re
import zipfile

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # how an XLSX with a password names its content

# First bytes, and the word by which the refusal calls the kind.
SIGNATURES = (
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG\r\n", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"\x1f\x8b", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\xff\xfe", "utf16"),
    (b"\xfe\xff", "utf16"),
)
# Web pages and XML that web systems like to call .xls.
MARKUP = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|table|\?xml|\?mso|style|meta)\b", re.IGNORECASE
)


def kind_of(content: bytes) -> str:
    """`xlsx`, `text`, or the word for what cannot be read (`old_excel`, `encrypted`, `pdf`, …)."""
    if content.startswith(OLD_OFFICE):
        return "encrypted" if ENCRYPTED in content else "old_excel"
    if content.startswith(b"PK"):
        return _kind_of_zip(content)
    for signature, kind in SIGNATURES:
        if content.startswith(signature):
            return kind
    return "markup" if MARKUP.match(content) else "text"


def _kind_of_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            locked = any(entry.flag_bits & 1 for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        # A text may begin with the letters PK; an archive has bytes that no text has.
        return "damaged" if content.startswith(b"PK\x03\x04") else "text"
    if "[Content_Types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        return "archive"
    return "encrypted" if locked else "xlsx"
