"""Identity papers and telephones: is it written right, and how is it shown masked.

A number is checked as far as its own form allows, brought into one common form (so that
the blind index finds it again), and refused with a sentence that says what to compare.
Plain Python: the sentences are English message ids, translated where they are shown.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from cases.numbers import HALF_WIDTH


def _(message: str) -> str:
    """Mark a sentence for translation without importing Django."""
    return message


class InvalidIdentity(ValueError):  # noqa: N818 - read aloud: "invalid identity"
    """A paper's number or a telephone is not written right. The text is a message id.

    It never carries the value itself, so it may be logged.
    """

    @property
    def msgid(self) -> str:
        """The English sentence, to be translated."""
        return str(self)


class PaperKind(StrEnum):
    """The kinds of paper by which a person or an organisation is known."""

    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"
    HK_MACAU_PERMIT = "hk_macau_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    HMT_RESIDENCE = "hmt_residence"
    FOREIGN_RESIDENCE = "foreign_residence"
    CREDIT_CODE = "credit_code"
    OTHER = "other"


PAPER_LABELS: Mapping[PaperKind, str] = MappingProxyType(
    {
        PaperKind.RESIDENT_ID: _("Resident identity card"),
        PaperKind.PASSPORT: _("Passport"),
        PaperKind.HK_MACAU_PERMIT: _("Mainland travel permit, Hong Kong and Macau"),
        PaperKind.TAIWAN_PERMIT: _("Mainland travel permit, Taiwan"),
        PaperKind.HMT_RESIDENCE: _("Residence permit, Hong Kong, Macau and Taiwan"),
        PaperKind.FOREIGN_RESIDENCE: _("Foreign permanent resident identity card"),
        PaperKind.CREDIT_CODE: _("Unified social credit code"),
        PaperKind.OTHER: _("Other paper"),
    }
)
"""The message id of each kind's name, in the order in which a form offers them."""

# First two digits of an administrative division (GB/T 2260).
_PROVINCES = frozenset(
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45}
    | {46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71}
)
_OLDEST = 130
_BETWEEN = re.compile(r"[\s\-‐‑‒–—―−()]+")


def _plain(text: str) -> str:
    """The bare ASCII capitals and digits of `text`; anything else is refused.

    Full-width forms become half-width; spaces, dashes, brackets and the invisible marks
    that copying from a telephone's contacts leaves (U+202D) go. The digits of other
    scripts, and "²", are never taken for digits.
    """
    visible = "".join(
        char
        for char in text.translate(HALF_WIDTH)
        if unicodedata.category(char) != "Cf"
    )
    plain = _BETWEEN.sub("", visible)
    if not plain.isascii() or not plain.isprintable():
        raise InvalidIdentity(_("The number contains characters that no number has."))
    return plain.upper()


def normalise_identity(kind: str, number: str, *, today: dt.date) -> str:
    """The number of a paper in its one common form.

    Raises InvalidIdentity with a sentence for the clerk if it cannot be the number of
    such a paper, and ValueError for an unknown kind. An old resident identity number of
    15 digits becomes the 18 digits that the same person has since 1999 (GB 11643).
    """
    check = _CHECKS[PaperKind(kind)]
    if len(number) > 100:
        raise InvalidIdentity(_("The number is too long."))
    plain = _plain(number)
    if not plain:
        raise InvalidIdentity(_("Please give the number of the paper."))
    return check(plain, today)


def _resident_id(number: str, today: dt.date) -> str:
    if re.fullmatch(r"[0-9]{15}", number):
        number = f"{number[:6]}19{number[6:]}"
        number += _check_character(number)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise InvalidIdentity(
            _(
                "A resident identity number has 18 characters (15 on old papers):"
                " digits, and perhaps an X at the end."
            )
        )
    if number[:6] in ("810000", "820000", "830000"):
        raise InvalidIdentity(
            _(
                "This number belongs to a residence permit for Hong Kong, Macau and"
                " Taiwan; please choose that paper."
            )
        )
    if int(number[:2]) not in _PROVINCES:
        raise InvalidIdentity(_("The number does not begin with a known region."))
    return _with_birth_and_check(number, today)


def _hmt_residence(number: str, today: dt.date) -> str:
    if not re.fullmatch(r"8[123]0000[0-9]{11}[0-9X]", number):
        raise InvalidIdentity(
            _(
                "The number of this residence permit has 18 characters and begins with"
                " 810000, 820000 or 830000."
            )
        )
    return _with_birth_and_check(number, today)


def _foreign_residence(number: str, today: dt.date) -> str:
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return number
    if not re.fullmatch(r"9[0-9]{16}[0-9X]", number):
        raise InvalidIdentity(
            _(
                "The number of this card has 18 characters and begins with 9; on old"
                " cards it has 3 letters and 12 digits."
            )
        )
    return _with_birth_and_check(number, today)


def _with_birth_and_check(number: str, today: dt.date) -> str:
    try:
        birth = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        birth = None
    if birth is None or not today.year - _OLDEST <= birth.year or birth > today:
        raise InvalidIdentity(_("The birth date in the number is not a real one."))
    if number[17] != _check_character(number[:17]):
        raise InvalidIdentity(
            _("The last character does not fit the others; please compare the number.")
        )
    return number


def _check_character(digits: str) -> str:
    """The 18th character for 17 digits, by ISO 7064 MOD 11-2 (GB 11643)."""
    weighted = sum(
        int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits)
    )
    return "10X98765432"[weighted % 11]


def _passport(number: str, today: dt.date) -> str:
    if not re.fullmatch(r"(?=.*[0-9])[A-Z0-9]{5,12}", number):
        raise InvalidIdentity(
            _("A passport number has 5 to 12 letters and digits, at least one a digit.")
        )
    return number


def _hk_macau_permit(number: str, today: dt.date) -> str:
    if not re.fullmatch(r"[HM][0-9]{8}([0-9]{2})?", number):
        raise InvalidIdentity(
            _("The number of this permit is H or M with 8 digits (10 on old ones).")
        )
    return number


def _taiwan_permit(number: str, today: dt.date) -> str:
    if not re.fullmatch(r"[0-9]{8}|[0-9]{10}[A-Z]?", number):
        raise InvalidIdentity(
            _(
                "The number of this permit has 8 digits; on old ones 10 digits and"
                " perhaps a letter."
            )
        )
    return number


# GB 32100: digits and capitals without I, O, S, V, Z; each has its place as its value.
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _credit_code(number: str, today: dt.date) -> str:
    symbol = f"[{_CREDIT_ALPHABET}]"
    if not re.fullmatch(f"{symbol}{{2}}[0-9]{{6}}{symbol}{{10}}", number):
        raise InvalidIdentity(
            _(
                "A unified social credit code has 18 digits and capital letters,"
                " without I, O, S, V and Z."
            )
        )
    weighted = sum(
        _CREDIT_ALPHABET.index(char) * pow(3, place, 31)
        for place, char in enumerate(number[:17])
    )
    if number[17] != _CREDIT_ALPHABET[-weighted % 31]:
        raise InvalidIdentity(
            _("The last character does not fit the others; please compare the number.")
        )
    return number


def _other(number: str, today: dt.date) -> str:
    if not re.fullmatch(r"[A-Z0-9./]{3,30}", number):
        raise InvalidIdentity(
            _("The number of the paper has 3 to 30 letters and digits.")
        )
    return number


_CHECKS = {
    PaperKind.RESIDENT_ID: _resident_id,
    PaperKind.PASSPORT: _passport,
    PaperKind.HK_MACAU_PERMIT: _hk_macau_permit,
    PaperKind.TAIWAN_PERMIT: _taiwan_permit,
    PaperKind.HMT_RESIDENCE: _hmt_residence,
    PaperKind.FOREIGN_RESIDENCE: _foreign_residence,
    PaperKind.CREDIT_CODE: _credit_code,
    PaperKind.OTHER: _other,
}

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([2-8][0-9]{6,7})")
_SERVICE = re.compile(r"[48]00[0-9]{7}")
_ABROAD = re.compile(r"\+[1-9][0-9]{6,14}")
_EXTENSION = re.compile(r"(?:转|轉|分机|分機|EXT\.?|X|#|,)")


def normalise_phone(text: str) -> str:
    """A telephone number in its one common form.

    A mobile is 11 digits; a landline area, number and perhaps extension with dashes
    (0591-87654321-12); a number abroad begins with + (the mainland's +86 is dropped).
    Raises InvalidIdentity with a sentence for the clerk.
    """
    if len(text) > 60:
        raise InvalidIdentity(_("The number is too long."))
    main, *extensions = _EXTENSION.split(_marked(text))
    number = _plain(main)
    extension = _plain("".join(extensions))
    if not number:
        raise InvalidIdentity(_("Please give a telephone number."))
    if len(extensions) > 1 or (
        extensions and not re.fullmatch(r"[0-9]{1,6}", extension)
    ):
        raise InvalidIdentity(_("An extension has 1 to 6 digits."))
    if number.startswith("00"):
        number = f"+{number[2:]}"
    national = re.sub(r"\A\+86", "", number)
    if national != number and not _MOBILE.fullmatch(national):
        # Abroad the leading 0 of the area is left out.
        national = national if national.startswith("0") else f"0{national}"
    elif re.fullmatch(r"861[3-9][0-9]{9}", national):
        national = national[2:]
    landline = _LANDLINE.fullmatch(national)
    if landline:
        return "-".join(filter(None, [*landline.groups(), extension]))
    if extension:
        raise InvalidIdentity(
            _("Only a landline number with its area code has an extension.")
        )
    if _MOBILE.fullmatch(national) or _SERVICE.fullmatch(national):
        return national
    if national == number and _ABROAD.fullmatch(number):
        return number
    if re.fullmatch(r"[2-8][0-9]{6,7}", national):
        raise InvalidIdentity(_("Please give the area code too, such as 0591."))
    raise InvalidIdentity(
        _(
            "This is neither a mobile number of 11 digits nor a landline number with"
            " its area code."
        )
    )


_MOBILE_BEGINS = re.compile(r"[^0-9]*(?:(?:00)?86)?[^0-9]*1[3-9]")
_DASH_EXTENSION = re.compile(r"([0-9]{7,8})\s*[-‐‑–—−]\s*([0-9]{1,6})\s*\Z")


def _marked(text: str) -> str:
    """Half width and capitals, and # for the dash before a landline's extension."""
    plain = text.translate(HALF_WIDTH).upper()
    if _MOBILE_BEGINS.match(plain):
        return plain
    return _DASH_EXTENSION.sub(r"\1#\2", plain)


def mask_identity(number: str) -> str:
    """The number of a paper with only its ends left: enough to compare, not to use."""
    if len(number) < 6:
        return "*" * len(number)
    head = 3 if len(number) >= 12 else 1
    return number[:head] + "*" * (len(number) - head - 2) + number[-2:]


def mask_phone(number: str) -> str:
    """A normalised telephone number with its middle hidden; an area code stays."""
    area, dash, rest = number.partition("-")
    if dash:
        local = rest.partition("-")[0]
        return f"{area}-{'*' * max(len(local) - 2, 0)}{local[-2:]}"
    if len(number) < 11:
        tail = number[-2:] if len(number) > 5 else ""
        return "*" * (len(number) - len(tail)) + tail
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_name(name: str) -> str:
    """A name with its first character, and from three on its last: 张*丰, 张*."""
    plain = name.strip()
    head = plain[:1] if len(plain) > 1 else ""
    tail = plain[-1:] if len(plain) > 2 else ""
    return head + "*" * (len(plain) - len(head) - len(tail)) + tail
