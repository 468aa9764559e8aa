"""Files of scans: judged by their content, and kept encrypted outside the web root.

A file has a random name and nothing of the person in it; what it is and whose, only
the database knows. No server hands these files out: the one way to them is a view.
"""

import datetime as dt
import hashlib
import io
import os
import secrets
import warnings
from pathlib import Path
from typing import Any, Final

from django.conf import settings

PDF: Final = "application/pdf"
MOST_BYTES: Final = 10 * 1024 * 1024
"""Of a scan, in the clear."""

MOST_POINTS: Final = 100_000_000
"""Of a picture: an A3 sheet at 600 dpi has 70 million."""

_STARTS: Final = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": "image/png"}
_STARTS_OF_JPEG: Final = b"\xff\xd8\xff"
_END_OF_JPEG: Final = b"\xff\xd9"
ENDINGS: Final = {PDF: "pdf", "image/png": "png", "image/jpeg": "jpg"}


class ScanLostError(Exception):
    """The file of a scan is missing, or is not the one that was kept."""


def media_type_of(content: bytes) -> str | None:
    """Say what a file is, by its first bytes and by opening it; None if it is neither.

    Its name and what the browser called it are anybody's and not asked.
    """
    if content.startswith(_STARTS_OF_JPEG):
        return "image/jpeg" if _is_picture(content, "JPEG") else None
    for start, media_type in _STARTS.items():
        if content.startswith(start):
            opens = _is_pdf if media_type == PDF else _is_png
            return media_type if opens(content) else None
    return None


def looks_known(content: bytes) -> bool:
    """Whether a file begins as one of the known kinds, whole or not."""
    return content.startswith((_STARTS_OF_JPEG, *_STARTS))


def _is_png(content: bytes) -> bool:
    return _is_picture(content, "PNG")


def _is_picture(content: bytes, form: str) -> bool:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[form]) as image:
                if image.width * image.height > MOST_POINTS:
                    return False
                image.load()
            # Loading alone takes half a picture for a whole one once WeasyPrint is
            # in the process: it tells Pillow to.
            if form == "JPEG":
                return _END_OF_JPEG in content[-1024:]
            with Image.open(io.BytesIO(content), formats=[form]) as image:
                image.verify()
    except Exception:  # noqa: BLE001 (a damaged picture raises whatever it likes)
        return False
    return True


def _is_pdf(content: bytes) -> bool:
    """Whether it opens without a password, has pages, and its first one can be read."""
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            return False
        box: Any = reader.pages[0].mediabox
        return bool(box.width > 0 and box.height > 0)
    except Exception:  # noqa: BLE001 (a damaged document raises whatever it likes)
        return False


def new_name() -> str:
    """Name a file before it is there: its seal is bound to the name."""
    return secrets.token_hex(16)


def digest_of(sealed: bytes) -> str:
    """Return the fingerprint of an encrypted file, 64 hex digits."""
    return hashlib.sha256(sealed).hexdigest()


def keep(name: str, sealed: bytes) -> None:
    """Write an encrypted file, whole or not at all, and wait for the disk."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)


def drop(name: str) -> None:
    """Take away a file whose act was not done after all, and what is half written."""
    _path(name).unlink(missing_ok=True)
    _path(name).with_suffix(".part").unlink(missing_ok=True)


def read(name: str, digest: str) -> bytes:
    """Return an encrypted file as it was kept. Raises ScanLostError."""
    try:
        sealed = _path(name).read_bytes()
    except OSError:
        raise ScanLostError("the file is missing") from None
    if digest_of(sealed) != digest:
        raise ScanLostError("the file was altered")
    return sealed


def old_names(before: dt.datetime) -> list[str]:
    """Name the files that were written before a time, whole or half."""
    return [
        path.stem
        for path in Path(settings.HALL_SCAN_DIR).glob("??/*.*")
        if path.suffix in (".scan", ".part")
        and path.stat().st_mtime < before.timestamp()
    ]


def _path(name: str) -> Path:
    return Path(settings.HALL_SCAN_DIR) / name[:2] / f"{name}.scan"
