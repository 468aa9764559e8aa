"""The format of an event, its hash and its signature (plain bytes, no database).

The database computes the same bytes in `hall_event_bytes` and refuses what differs; a
property test holds the two together. Change the format only by adding a new `fmt`.

Bytes of format 1, integers big-endian and signed, texts as UTF-8 with their length
(4 bytes) before them::

    0x01 | case 8 | seq 4 | microseconds since 1970 UTC 8 | actor 8 | window or 0, 8
         | kind | body | key id

    hash      = SHA-256(previous hash | bytes)       previous of the first: 32 zeros
    signature = Ed25519("hallsvc event 1" 0x00 | hash)
"""

import base64
import datetime as dt
import functools
import hashlib
import json
import struct
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from django.conf import settings

FORMAT: Final = 1
HASH_ALGORITHM: Final = "sha256"
SIGNATURE_ALGORITHM: Final = "ed25519"
GENESIS: Final = bytes(32)
_DOMAIN: Final = b"hallsvc event 1\x00"
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it is hashed and signed."""

    case_id: int
    seq: int
    at: dt.datetime
    actor_id: int
    window_id: int | None
    kind: str
    body: str
    key_id: str


def _text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack(">i", len(encoded)) + encoded


def line_bytes(line: Line) -> bytes:
    """Return the canonical bytes of a line in format 1."""
    microseconds = (line.at - _EPOCH) // _MICROSECOND
    return (
        b"\x01"
        + struct.pack(
            ">qiqqq",
            line.case_id,
            line.seq,
            microseconds,
            line.actor_id,
            line.window_id or 0,
        )
        + _text(line.kind)
        + _text(line.body)
        + _text(line.key_id)
    )


def line_hash(previous: bytes, line: Line) -> bytes:
    """Return the hash that chains `line` to the one before it."""
    return hashlib.sha256(previous + line_bytes(line)).digest()


def body_text(facts: dict[str, Any]) -> str:
    """Write the facts of an event as JSON that is the same for the same facts."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@functools.lru_cache(maxsize=4)
def _signing_key(seed: str) -> tuple[Ed25519PrivateKey, str]:
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed, validate=True))
    return key, key_id_of(key.public_key())


def key_id_of(public: Ed25519PublicKey) -> str:
    """Name a public key by the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def current_key_id() -> str:
    """Return the name of the key that signs now."""
    return _signing_key(settings.HALL_SIGNING_KEY)[1]


def public_key() -> Ed25519PublicKey:
    """Return the public half of the key that signs now."""
    return _signing_key(settings.HALL_SIGNING_KEY)[0].public_key()


def sign(digest: bytes) -> bytes:
    """Sign the hash of a line with the application's key (64 bytes)."""
    return _signing_key(settings.HALL_SIGNING_KEY)[0].sign(_DOMAIN + digest)


def is_signed(public: Ed25519PublicKey, digest: bytes, signature: bytes) -> bool:
    """Tell whether `signature` is that of `public` over the hash of a line."""
    try:
        public.verify(signature, _DOMAIN + digest)
    except InvalidSignature:
        return False
    return True
