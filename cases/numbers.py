"""Case numbers and look-up codes: what a citizen carries away and reads aloud.

A case number is public and readable aloud: year, running number, one check digit
(26-000-457-4). The look-up code is the secret beside it: random, shown once, stored
only as a slow hash. Neither function here touches the database. Nothing a person can
type raises.
"""

import functools
import hashlib
import hmac
import re
from secrets import choice, token_bytes

HALF_WIDTH = {0x3000: 0x20} | {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""For `str.translate`: the full-width forms of Chinese input methods to ASCII."""

# Everything people and word processors put between groups: spaces, dashes, dots.
_BETWEEN = re.compile(r"[\s\u200b\u2060\ufeff\-_.·‐‑‒–—―−ー]+")
_LONGEST_INPUT = 64

# Quasigroup of order 10, anti-symmetric with a zero diagonal (Damm 2004): finds every
# single wrong digit and every swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def _damm(digits: str) -> int:
    return functools.reduce(lambda state, digit: _DAMM[state][int(digit)], digits, 0)


def case_number(year: int, sequence: int) -> int:
    """The case number of the `sequence`-th case of `year`, as one integer.

    Two digits of the year, the running number with at least six digits, one check
    digit; the running number grows by a digit when a year has more than 999,999 cases.
    Raises ValueError for a year outside 2010 to 2099 (so that no number starts with 0)
    and for a sequence outside 1 to 999,999,999.
    """
    if not 2010 <= year <= 2099:
        raise ValueError(f"no case numbers for the year {year}")
    if not 1 <= sequence <= 999_999_999:
        raise ValueError(f"no case number for the sequence value {sequence}")
    digits = f"{year % 100}{sequence:06d}"
    return int(f"{digits}{_damm(digits)}")


def format_number(number: int) -> str:
    """The number in groups, as printed and read aloud: 260004574 is "26-000-457-4"."""
    digits = str(number)
    year, running, check = digits[:2], digits[2:-1], digits[-1]
    head = len(running) % 3
    groups = [running[:head]] if head else []
    groups += [running[place : place + 3] for place in range(head, len(running), 3)]
    return "-".join([year, *groups, check])


def parse_number(text: str) -> int | None:
    """The case number that a person typed, or None if it cannot be one.

    Spaces, dashes and full-width digits are fine; a wrong check digit is not, nor is
    any other character. Never raises.
    """
    if len(text) > _LONGEST_INPUT:
        return None
    digits = _BETWEEN.sub("", text.translate(HALF_WIDTH))
    # ASCII only: \d, isdigit() and int() accept other scripts or stumble over "²".
    if re.fullmatch(r"[1-9][0-9]{8,11}", digits) is None or _damm(digits) != 0:
        return None
    number = int(digits)
    return number if _is_issued_form(digits) else None


def _is_issued_form(digits: str) -> bool:
    """Whether `case_number` could have made these digits: no zero, no needless 0."""
    running = digits[2:-1]
    return running.strip("0") != "" and (len(running) == 6 or running[0] != "0")


PAPER_LETTERS = {
    "receipt": "SJ",
    "acceptance": "SL",
    "one_time": "BZ",
    "omission": "RQ",
    "extension": "YQ",
    "stop": "TX",
    "hand_over": "ZB",
    "guide": "ZL",
    "not_accepted": "BS",
    "refusal": "BX",
    "filing": "BB",
    "reply_card": "DF",
    "delivery": "SD",
    "joint": "LB",
}
"""Two letters for each kind of paper, the sounds of its Chinese name (SL: 受理)."""

_PAPER = re.compile(r"([A-Z]{2})(20[0-9]{2})([0-9]{4,7})")


def paper_number(kind: str, year: int, serial: int) -> str:
    """The number of a paper as printed: SL-2026-0042, from 1 in each hall and year."""
    return f"{PAPER_LETTERS.get(kind, '??')}-{year}-{serial:04d}"


def parse_paper(text: str) -> tuple[str, int, int] | None:
    """Kind, year and serial of the paper number that a person typed, or None.

    Case, spaces, dashes and full-width signs do not matter. Never raises.
    """
    if len(text) > _LONGEST_INPUT:
        return None
    plain = _BETWEEN.sub("", text.translate(HALF_WIDTH)).upper()
    found = _PAPER.fullmatch(plain)
    kinds = {letters: kind for kind, letters in PAPER_LETTERS.items()}
    if found is None or found[1] not in kinds:
        return None
    return kinds[found[1]], int(found[2]), int(found[3])


# No two symbols of the alphabet look alike: of each look-alike pair or triple (0 O,
# 1 I L, 2 Z, 5 S, 8 B, V U) the first is used, and the others are read as the first.
CODE_ALPHABET = "0123456789ACDEFGHJKMNPQRTVWXY"
CODE_LENGTH = 10
_LOOK_ALIKES = str.maketrans("OILZSBU", "011258V")
_CODE = re.compile(f"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")


def new_code() -> str:
    """A new look-up code such as "7KX3M-9QWTA", from the system's random source.

    29 symbols in 10 places are 48 bits: with a handful of guesses allowed per hour
    nobody hits a code, and among a million codes two are alike with a chance of 0.12 %.
    """
    code = "".join(choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{code[:5]}-{code[5:]}"


def normalise_code(text: str) -> str:
    """The bare symbols of a typed code, or "" if it cannot be one. Never raises.

    Case, spaces, dashes and full-width letters do not matter, and a look-alike counts
    as the symbol that was printed.
    """
    if len(text) > _LONGEST_INPUT:
        return ""
    plain = _BETWEEN.sub("", text.translate(HALF_WIDTH))
    if not plain.isascii():
        return ""
    symbols = plain.upper().translate(_LOOK_ALIKES)
    return symbols if _CODE.fullmatch(symbols) else ""


# 2^12 x 8 x 128 bytes = 4 MB and about 10 ms a try: unnoticed once, dear 10^14 times.
_SCRYPT_LOG_N, _SCRYPT_R, _SCRYPT_P = 12, 8, 1

DUMMY_HASH = (
    "scrypt$12$8$1$30bfdbcf6c8c3a4ad2cbdc4e4a8e1c8f$"
    "5d0f0d6a4bb5a28d0b7de3f7c0cf7bb1e2d3a7f6ee0a2f9b9d5b3c61f1c0a472"
)
"""A hash that no code has.

Checking against it when the case number is unknown takes as long as checking a real
one, so that the time does not tell which of the two was wrong.
"""


def _scrypt(symbols: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(
        symbols.encode("ascii"), salt=salt, n=1 << log_n, r=r, p=p, dklen=32
    )


def hash_code(code: str) -> str:
    """The slow, salted hash of a look-up code, as text to be stored. About 10 ms.

    Raises ValueError for text that is not a code.
    """
    symbols = normalise_code(code)
    if not symbols:
        raise ValueError("this is not a look-up code")
    salt = token_bytes(16)
    digest = _scrypt(symbols, salt, _SCRYPT_LOG_N, _SCRYPT_R, _SCRYPT_P)
    return f"scrypt${_SCRYPT_LOG_N}${_SCRYPT_R}${_SCRYPT_P}${salt.hex()}${digest.hex()}"


def check_code(code: str, hashed: str) -> bool:
    """Whether `code` is the one whose hash was stored. About 10 ms, whatever was typed.

    Text that cannot be a code is hashed like any other, so that a wrong form and a
    wrong code take the same time. Raises ValueError if `hashed` was not made by
    `hash_code`.
    """
    scheme, log_n, r, p, salt, digest = hashed.split("$")
    if scheme != "scrypt":
        raise ValueError(f"unknown hash scheme {scheme!r}")
    symbols = normalise_code(code)
    found = _scrypt(symbols, bytes.fromhex(salt), int(log_n), int(r), int(p))
    return hmac.compare_digest(found, bytes.fromhex(digest)) and symbols != ""
