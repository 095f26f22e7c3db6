"""Questionnaires are printed once and stamped for each reader.

All who open the same paper for the same place, in the same language and size, see the same page but for the token of
its form. That token stands at the very end, so that the rest can be kept as it leaves: drawn, compressed and summed up
once. What a reader costs is then the stamp.
"""

from __future__ import annotations

import zlib
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

from surveys.codes.doors import Place

STAMP = "stamp-goes-here"  # what a page is drawn with in place of a token
LEVEL = 9  # once for thousands of readers
MOST = 1024  # pages kept, of about 12 KB each

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"  # RFC 1952: deflate, no name, no time, slowest, unknown system
_LAST_AND_STORED = b"\x01"  # RFC 1951: the last block, not compressed


@dataclass(frozen=True)
class Print:
    """A page up to its stamp, as gzip has it, and the little that follows."""

    place: Place  # as it was when the page was drawn
    headers: tuple[tuple[str, str], ...]  # all but those about its length and encoding
    packed: bytes
    length: int
    checksum: int
    rest: bytes

    def stamp(self, token: str, *, gzip: bool) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body of the page with this token."""
        body = self._packed_with(token) if gzip else self._plain_with(token)
        encoding = [("Content-Encoding", "gzip")] if gzip else []
        return 200, [*self.headers, *encoding, ("Content-Length", str(len(body)))], body

    def _packed_with(self, token: str) -> bytes:
        """One gzip member; the stamp itself is not compressed, and so tells nothing by its length."""
        tail = token.encode() + self.rest
        size = len(tail).to_bytes(2, "little")
        checksum = zlib.crc32(tail, self.checksum).to_bytes(4, "little")
        length = (self.length + len(tail)).to_bytes(4, "little")
        return b"".join((self.packed, _LAST_AND_STORED, size, _complement(size), tail, checksum, length))

    def _plain_with(self, token: str) -> bytes:
        before = zlib.decompressobj(wbits=-zlib.MAX_WBITS).decompress(self.packed[len(_HEAD) :])
        return before + token.encode() + self.rest


def _complement(size: bytes) -> bytes:
    return bytes(0xFF ^ byte for byte in size)


def make_print(html: bytes, place: Place, headers: tuple[tuple[str, str], ...]) -> Print:
    """`html` holds STAMP once, near its end."""
    before, _, rest = html.partition(STAMP.encode())
    packing = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)
    packed = _HEAD + packing.compress(before) + packing.flush(zlib.Z_FULL_FLUSH)
    return Print(place, headers, packed, len(before), zlib.crc32(before), rest)


class Prints:
    """The pages that were printed, the oldest making room for new ones."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Print] = {}
        self._room = Lock()

    def find(self, key: Hashable, place: Place) -> Print | None:
        """The page under `key`, unless its place is not what it was when the page was drawn."""
        kept = self._kept.get(key)
        return kept if kept is not None and (kept.place is place or kept.place == place) else None

    def keep(self, key: Hashable, printed: Print) -> None:
        with self._room:
            if key not in self._kept and len(self._kept) >= MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = printed
