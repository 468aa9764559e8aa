"""Small pictures that come from anybody: judged and cleaned by their content.

What is kept is rebuilt from the parts a picture needs; position, camera, comments and
whatever else was hidden in the file stay behind (check 18, 24).
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

LARGEST = 300 * 1024
LARGEST_SIDE = 2000

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND"}
# JPEG: frames (size), tables, scan; 0xEE is Adobe's note on colours.
_JPEG_FRAMES = {0xC0, 0xC1, 0xC2}
_JPEG_PARTS = _JPEG_FRAMES | {0xC4, 0xDB, 0xDD, 0xE0, 0xEE}


@dataclass(frozen=True, slots=True)
class Picture:
    """A cleaned picture and what it is."""

    content: bytes
    media_type: str


def read(content: bytes) -> Picture | None:
    """The cleaned picture, or None if this is no PNG or JPEG of a modest size."""
    if len(content) > LARGEST:
        return None
    try:
        if content.startswith(_PNG):
            return Picture(_clean_png(content), "image/png")
        if content.startswith(b"\xff\xd8\xff"):
            return Picture(_clean_jpeg(content), "image/jpeg")
    except (struct.error, ValueError, IndexError):
        return None
    return None


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise ValueError("too many points")


def _clean_png(content: bytes) -> bytes:
    """The parts of a PNG that are needed to draw it."""
    kept, at = [_PNG], len(_PNG)
    names: list[bytes] = []
    while True:
        (length,) = struct.unpack_from(">I", content, at)
        name = content[at + 4 : at + 8]
        part = content[at : at + 12 + length]
        if len(part) != 12 + length:
            raise ValueError("cut off")
        (checksum,) = struct.unpack(">I", part[-4:])
        if zlib.crc32(part[4:-4]) != checksum:
            raise ValueError("damaged")
        if not names and name != b"IHDR":
            raise ValueError("no header")
        if name == b"IHDR":
            _check_size(*struct.unpack_from(">II", part, 8))
        names.append(name)
        if name in _PNG_PARTS:
            kept.append(part)
        at += len(part)
        if name == b"IEND":
            break
    if b"IDAT" not in names:
        raise ValueError("no picture")
    return b"".join(kept)


def _clean_jpeg(content: bytes) -> bytes:
    """The segments of a JPEG that are needed to draw it."""
    kept, at, has_frame = [b"\xff\xd8"], 2, False
    end = content.rindex(b"\xff\xd9") + 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("no segment")
        kind = content[at + 1]
        (length,) = struct.unpack_from(">H", content, at + 2)
        segment = content[at : at + 2 + length]
        if length < 2 or len(segment) != 2 + length:
            raise ValueError("cut off")
        if kind == 0xDA:  # the scan: from here on it is the picture itself
            if not has_frame:
                raise ValueError("no frame")
            return b"".join([*kept, content[at:end]])
        if kind in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
            _check_size(width, height)
            has_frame = True
        if kind in _JPEG_PARTS:
            kept.append(segment)
        at += len(segment)


def can_be_opened(picture: Picture) -> bool:
    """Whether a cleaned picture is one: decoded to its last point."""
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(picture.content), formats=["PNG", "JPEG"]) as it:
                it.load()
    except Exception:  # noqa: BLE001 (a damaged picture raises whatever it likes)
        return False
    return True
