"""Personal fields under lock: encryption, exact look-up, word search, commitments.

What a row keeps (evidence.md 7): one wrapped data key, and one sealed value per
personal field. The data key is random, used for that row alone, and wrapped by the
application's master key; destroying it destroys the row's fields everywhere, in backups
too. A sealed value opens only with the right master key, in the right row, as the right
field.

Beside the sealed values a row may keep a blind index (exact look-up without opening)
and word tokens (search in free text). Both are keyed digests: useless without the index
key, but equal values have equal digests, so they belong in no export.

Settings, each key 32 bytes in base64: HALL_MASTER_KEY wraps new data keys, the keys of
HALL_OLD_MASTER_KEYS (a list, empty unless the master key was ever changed) still open
older rows, HALL_INDEX_KEY makes the digests.
"""

import base64
import functools
import hashlib
import hmac
import os
import unicodedata
import warnings
from collections.abc import Iterable

import zhconv
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_FORMAT = b"\x01"
_KEY = 32
_FINGERPRINT = 8
_NONCE = 12
_TAG = 16
SALT = 32
"""Length in bytes of the salt of a commitment."""


Stored = bytes | bytearray | memoryview
"""What a binary column may give back."""


class VaultError(Exception):
    """A value cannot be sealed or opened: wrong key, row or field, or damaged bytes.

    The message names no value, so it may be logged.
    """


def _joined(*parts: bytes) -> bytes:
    """Parts with their lengths (4 bytes, big-endian): no two lists join alike."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise VaultError("text with a lone surrogate cannot be kept") from None


class _Keys:
    """The keys of the settings; a master key is known by its fingerprint."""

    def __init__(self, master: bytes, old: Iterable[bytes], index: bytes) -> None:
        self._current = _fingerprint(master)
        self._masters = {_fingerprint(key): AESGCM(key) for key in (*old, master)}
        self._index = index

    def wrap(self, row: str, data_key: bytes) -> bytes:
        head = _FORMAT + self._current
        nonce = os.urandom(_NONCE)
        bound = _joined(b"hall data key", head, _utf8(row))
        return (
            head + nonce + self._masters[self._current].encrypt(nonce, data_key, bound)
        )

    def unwrap(self, row: str, wrapped: bytes) -> AESGCM:
        head, nonce, locked = _cut(wrapped, 1 + _FINGERPRINT)
        master = self._masters.get(head[1:])
        if master is None:
            raise VaultError("no configured master key opens this data key")
        try:
            bound = _joined(b"hall data key", head, _utf8(row))
            return AESGCM(master.decrypt(nonce, locked, bound))
        except InvalidTag:
            raise VaultError("the data key does not open") from None

    def digest(self, *parts: bytes) -> bytes:
        return hmac.digest(self._index, _joined(*parts), "sha256")


def _fingerprint(key: bytes) -> bytes:
    return hashlib.sha256(b"hall master key" + key).digest()[:_FINGERPRINT]


def _cut(stored: bytes, head: int) -> tuple[bytes, bytes, bytes]:
    """Split into head, nonce and ciphertext with its tag."""
    body = head + _NONCE
    if stored[:1] != _FORMAT or len(stored) < body + _TAG:
        raise VaultError("these bytes were not made here, or are cut")
    return stored[:head], stored[head:body], stored[body:]


def _keys() -> _Keys:
    return _built_keys(
        settings.HALL_MASTER_KEY,
        tuple(getattr(settings, "HALL_OLD_MASTER_KEYS", ())),
        settings.HALL_INDEX_KEY,
    )


# Settings may differ between tests, hence a cache by value.
@functools.lru_cache(maxsize=4)
def _built_keys(master: str, old: tuple[str, ...], index: str) -> _Keys:
    return _Keys(_decoded(master), map(_decoded, old), _decoded(index))


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY:
        raise VaultError("master and index keys are 32 bytes written in base64")
    return key


def words_row(case_id: int) -> str:
    """Name the row that keeps what was said in a case."""
    return f"cases.Words:{case_id}"


def applicant_row(case_id: int) -> str:
    """Name the row that keeps who applies in a case."""
    return f"cases.Applicant:{case_id}"


def green_row(case_id: int) -> str:
    """Name the row that keeps why a case goes first."""
    return f"cases.GreenChannel:{case_id}"


def new_data_key(row: str) -> bytes:
    """A new random data key for `row`, wrapped by the current master key.

    `row` is model and identity, such as "cases.Applicant:260004574". It must be known
    before the row is inserted and never change: the key and all sealed values are bound
    to it.
    """
    return _keys().wrap(row, os.urandom(_KEY))


def seal(wrapped: Stored, row: str, field: str, text: str) -> bytes:
    """Encrypt `text` as the value of `field` in `row`. Equal texts never look alike.

    Raises VaultError if `wrapped` is not the data key of `row`.
    """
    return seal_bytes(wrapped, row, field, _utf8(text))


def seal_bytes(wrapped: Stored, row: str, field: str, content: bytes) -> bytes:
    """Encrypt bytes as `seal` does a text."""
    cipher = _keys().unwrap(row, bytes(wrapped))
    nonce = os.urandom(_NONCE)
    bound = _joined(b"hall field", _utf8(row), _utf8(field))
    return _FORMAT + nonce + cipher.encrypt(nonce, content, bound)


def open_(wrapped: Stored, row: str, field: str, sealed: Stored) -> str:
    """The text that was sealed for `field` in `row`.

    Raises VaultError for a wrong master key, row or field, and for changed or cut
    bytes.
    """
    return open_bytes(wrapped, row, field, sealed).decode()


def open_bytes(wrapped: Stored, row: str, field: str, sealed: Stored) -> bytes:
    """Return the bytes that were sealed for `field` in `row`, as `open_` a text."""
    cipher = _keys().unwrap(row, bytes(wrapped))
    _head, nonce, ciphertext = _cut(bytes(sealed), 1)
    bound = _joined(b"hall field", _utf8(row), _utf8(field))
    try:
        return cipher.decrypt(nonce, ciphertext, bound)
    except InvalidTag:
        raise VaultError("the sealed value does not open") from None


def blind(field: str, text: str) -> bytes:
    """32 bytes to find a value again without opening it; equal text has equal bytes.

    Normalise `text` first (`identity.normalise_identity`, `identity.normalise_phone`).
    """
    return _keys().digest(b"blind", _utf8(field), _utf8(text))


@functools.cache
def _simplified() -> dict[int, str]:
    """Traditional characters to simplified ones.

    Each by itself: what stands around a character must not change its token.
    """
    with warnings.catch_warnings():
        # zhconv leaves its dictionary's file to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        words: dict[str, str] = zhconv.zhconv.getdict("zh-hans")
    return {
        ord(traditional): simplified
        for traditional, simplified in words.items()
        if len(traditional) == 1
    }


def _runs(text: str) -> list[str]:
    """The stretches of letters, digits and Han characters in `text`, in one form.

    Width, case and traditional or simplified writing do not matter.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = unicodedata.normalize("NFKC", plain).translate(_simplified())
    return "".join(char if char.isalnum() else " " for char in plain).split()


def _tokens(grams: set[str]) -> list[int]:
    keys = _keys()
    return sorted(
        int.from_bytes(keys.digest(b"word", _utf8(gram))[:8], "big", signed=True)
        for gram in grams
    )


def word_tokens(text: str) -> list[int]:
    """Tokens of every character and pair of neighbours in `text`, for an index.

    Each is a signed 64-bit integer, sorted and unique. Texts that share pairs share
    tokens.
    """
    grams: set[str] = set()
    for run in _runs(text):
        grams.update(run)
        grams.update(run[place : place + 2] for place in range(len(run) - 1))
    return _tokens(grams)


def query_tokens(text: str) -> list[int]:
    """Tokens that a text must *all* have to contain each word of the query.

    Empty if the query has no letter, digit or Han character. They narrow, they do not
    prove: open what they find and confirm with `contains`.
    """
    grams: set[str] = set()
    for run in _runs(text):
        pairs = {run[place : place + 2] for place in range(len(run) - 1)}
        grams |= pairs or {run}
    return _tokens(grams)


def contains(text: str, query: str) -> bool:
    """Whether each word of `query` stands in `text`, compared as for the tokens."""
    runs = _runs(text)
    return all(any(word in run for run in runs) for word in _runs(query))


def new_salt() -> bytes:
    """A random 256-bit salt for `commit`.

    To be kept beside the sealed value and erased with it.
    """
    return os.urandom(SALT)


def commit(domain: str, field: str, salt: bytes, value: str) -> str:
    """The commitment to `value` that an event carries instead of it, 64 hex digits.

    SHA-256 over domain, field, salt and value in this order, each as UTF-8 with its
    length in bytes before it (4 bytes, big-endian). Needs no key, so that a stranger
    can check it; the salt keeps it from being guessed. Raises VaultError unless the
    salt has 32 bytes.
    """
    if len(salt) != SALT:
        raise VaultError("the salt of a commitment has 32 bytes")
    parts = _joined(_utf8(domain), _utf8(field), salt, _utf8(value))
    return hashlib.sha256(parts).hexdigest()
