"""Identity papers and telephones: form, check characters, masks (check 15)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.identity import (
    PAPER_LABELS,
    InvalidIdentity,
    PaperKind,
    mask_identity,
    mask_name,
    mask_phone,
    normalise_identity,
    normalise_phone,
)

TODAY = dt.date(2026, 11, 22)
KIND = PaperKind
INVISIBLE = "\u202d11010519491231002X\u202c"


def full_width(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        # The example printed in GB 11643.
        (KIND.RESIDENT_ID, "11010519491231002X", "11010519491231002X"),
        (KIND.RESIDENT_ID, "11010519491231002x", "11010519491231002X"),
        (KIND.RESIDENT_ID, " 110105 19491231 002x ", "11010519491231002X"),
        (KIND.RESIDENT_ID, full_width("11010519491231002x"), "11010519491231002X"),
        (KIND.RESIDENT_ID, INVISIBLE, "11010519491231002X"),
        (KIND.RESIDENT_ID, "110105491231002", "11010519491231002X"),
        (KIND.PASSPORT, "e1234 5678", "E12345678"),
        (KIND.PASSPORT, "EA1234567", "EA1234567"),
        (KIND.HK_MACAU_PERMIT, "h12345678", "H12345678"),
        (KIND.HK_MACAU_PERMIT, "M1234567801", "M1234567801"),
        (KIND.TAIWAN_PERMIT, "12345678", "12345678"),
        (KIND.TAIWAN_PERMIT, "1234567890（b）", "1234567890B"),
        (KIND.HMT_RESIDENCE, "81000019900307021X", None),
        (KIND.FOREIGN_RESIDENCE, "usa110099010112", "USA110099010112"),
        # The example printed in GB 32100.
        (KIND.CREDIT_CODE, "91350100m000100y43", "91350100M000100Y43"),
        (KIND.OTHER, "军", None),
        (KIND.OTHER, "ab-12/3", "AB12/3"),
    ],
)
def test_papers_come_into_one_form(
    kind: PaperKind, typed: str, expected: str | None
) -> None:
    """Check 15."""
    if expected is None:
        with pytest.raises(InvalidIdentity):
            normalise_identity(kind, typed, today=TODAY)
    else:
        assert normalise_identity(kind, typed, today=TODAY) == expected


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        (KIND.RESIDENT_ID, "110105194912310021", "The last character does not fit"),
        (KIND.RESIDENT_ID, "11010519491231002", "A resident identity number has 18"),
        (KIND.RESIDENT_ID, "1101051949123100XX", "A resident identity number has 18"),
        (KIND.RESIDENT_ID, "11010519490231002X", "The birth date"),
        (KIND.RESIDENT_ID, "110105490231002", "The birth date"),
        (KIND.RESIDENT_ID, "11010518491231002X", "The birth date"),
        (KIND.RESIDENT_ID, "11010520261123002X", "The birth date"),
        (KIND.RESIDENT_ID, "11010500001231002X", "The birth date"),
        (KIND.RESIDENT_ID, "99010519491231002X", "The number does not begin with"),
        (KIND.RESIDENT_ID, "81000019900307021X", "This number belongs to a residence"),
        (KIND.RESIDENT_ID, "1101051949123100²X", "The number contains characters"),
        (KIND.RESIDENT_ID, "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "The number contains characters"),
        (KIND.RESIDENT_ID, "11010519491231002\0", "The number contains characters"),
        (KIND.RESIDENT_ID, "", "Please give the number"),
        (KIND.RESIDENT_ID, "\u3000\u200b", "Please give the number"),
        (KIND.RESIDENT_ID, "1" * 101, "The number is too long."),
        (KIND.PASSPORT, "ABCDEFGH", "A passport number has 5 to 12"),
        (KIND.PASSPORT, "E123", "A passport number has 5 to 12"),
        (KIND.PASSPORT, "é12345678", "The number contains characters"),
        (KIND.PASSPORT, "ı12345678", "The number contains characters"),
        (KIND.HK_MACAU_PERMIT, "X12345678", "The number of this permit is H or M"),
        (KIND.HK_MACAU_PERMIT, "H123456789", "The number of this permit is H or M"),
        (KIND.TAIWAN_PERMIT, "1234567", "The number of this permit has 8 digits"),
        (KIND.HMT_RESIDENCE, "11010519491231002X", "The number of this residence"),
        (KIND.FOREIGN_RESIDENCE, "11010519491231002X", "The number of this card has"),
        (KIND.CREDIT_CODE, "91350100M000100Y44", "The last character does not fit"),
        (KIND.CREDIT_CODE, "9135010OM000100Y43", "A unified social credit code has"),
        (KIND.OTHER, "a b", "The number of the paper has 3 to 30"),
    ],
)
def test_a_wrong_paper_is_refused_with_a_sentence(
    kind: PaperKind, typed: str, sentence: str
) -> None:
    """Checks 3, 4 and 15; the sentence never repeats the number."""
    with pytest.raises(InvalidIdentity) as refused:
        normalise_identity(kind, typed, today=TODAY)
    assert refused.value.msgid.startswith(sentence)
    assert not typed or typed not in refused.value.msgid


def test_an_unknown_kind_of_paper_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="library card") as refused:
        normalise_identity("library card", "1", today=TODAY)
    assert not isinstance(refused.value, InvalidIdentity)


def test_every_kind_of_paper_has_a_name() -> None:
    assert set(PAPER_LABELS) == set(PaperKind)
    assert max(len(kind) for kind in PaperKind) <= 20


def check_character(body: str) -> str:
    """ISO 7064 MOD 11-2 by its definition: the whole is 1 modulo 11."""
    return next(
        char
        for value, char in enumerate("0123456789X")
        if sum(int(d) * 2 ** (17 - i) for i, d in enumerate(body)) % 11
        == (1 - value) % 11
    )


births = st.dates(dt.date(1900, 1, 1), TODAY)


@st.composite
def resident_numbers(draw: st.DrawFn) -> tuple[PaperKind, str]:
    kind, region = draw(
        st.sampled_from(
            [
                (KIND.RESIDENT_ID, "350102"),
                (KIND.RESIDENT_ID, "650100"),
                (KIND.HMT_RESIDENCE, "810000"),
                (KIND.HMT_RESIDENCE, "830000"),
                (KIND.FOREIGN_RESIDENCE, "911840"),
            ]
        )
    )
    order = draw(st.integers(0, 999))
    body = f"{region}{draw(births):%Y%m%d}{order:03d}"
    return kind, body + check_character(body)


@given(resident_numbers(), st.data())
def test_a_right_number_passes_and_any_slip_in_it_does_not(
    paper: tuple[PaperKind, str], data: st.DataObject
) -> None:
    """Check 15: one wrong digit, or two neighbours swapped."""
    kind, number = paper
    assert normalise_identity(kind, number, today=TODAY) == number
    assert normalise_identity(kind, full_width(number.lower()), today=TODAY) == number
    place = data.draw(st.integers(6, 17))
    wrong = data.draw(
        st.sampled_from("0123456789").filter(lambda d: d != number[place])
    )
    with pytest.raises(InvalidIdentity):
        normalise_identity(
            kind, number[:place] + wrong + number[place + 1 :], today=TODAY
        )
    pair = data.draw(st.integers(6, 16))
    swapped = number[:pair] + number[pair + 1] + number[pair] + number[pair + 2 :]
    if swapped != number:
        with pytest.raises(InvalidIdentity):
            normalise_identity(kind, swapped, today=TODAY)


@given(st.dates(dt.date(1900, 1, 1), dt.date(1999, 12, 31)), st.integers(0, 999))
def test_the_old_15_digits_become_the_same_persons_18(
    birth: dt.date, order: int
) -> None:
    """Check 15: so that the blind index finds one person under both."""
    old = f"350102{birth:%y%m%d}{order:03d}"
    body = f"350102{birth:%Y%m%d}{order:03d}"
    new = normalise_identity(KIND.RESIDENT_ID, old, today=TODAY)
    assert new == body + check_character(body)


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9), st.data())
def test_a_credit_code_with_one_slip_is_refused(tail: str, data: st.DataObject) -> None:
    """Check 15: by the definition of GB 32100, with weights 3^i modulo 31."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91350100{tail}"
    total = sum(alphabet.index(char) * 3**place for place, char in enumerate(body))
    code = body + alphabet[(31 - total % 31) % 31]
    assert normalise_identity(KIND.CREDIT_CODE, code.lower(), today=TODAY) == code
    place = data.draw(st.integers(8, 17))
    wrong = data.draw(st.sampled_from(alphabet).filter(lambda c: c != code[place]))
    with pytest.raises(InvalidIdentity):
        normalise_identity(
            KIND.CREDIT_CODE, code[:place] + wrong + code[place + 1 :], today=TODAY
        )


@given(
    st.sampled_from(list(PaperKind)),
    st.text() | st.text("0123456789XH²３-", max_size=20),
)
def test_no_typed_paper_raises_anything_else(kind: PaperKind, text: str) -> None:
    """Check 4: and a normalised number stays as it is."""
    try:
        found = normalise_identity(kind, text, today=TODAY)
    except InvalidIdentity:
        return
    assert found.isascii()
    assert normalise_identity(kind, found, today=TODAY) == found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("13800138000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("+86-138-0013-8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("1380013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("86 13800138000", "13800138000"),
        ("\u202d13800138000\u202c", "13800138000"),
        (full_width("13800138000"), "13800138000"),
        ("0591-87654321", "0591-87654321"),
        ("0591 8765 4321", "0591-87654321"),
        ("（0591）87654321", "0591-87654321"),
        ("+86 591 87654321", "0591-87654321"),
        ("+86 0591 87654321", "0591-87654321"),
        ("010-87654321", "010-87654321"),
        ("02087654321", "020-87654321"),
        ("0826-2345678", "0826-2345678"),
        ("0591-87654321-12", "0591-87654321-12"),
        ("0591-87654321转12", "0591-87654321-12"),
        ("0591-87654321 分机 8012", "0591-87654321-8012"),
        ("0591-87654321 ext. 12", "0591-87654321-12"),
        ("0591-87654321×12", None),
        ("400-123-4567", "4001234567"),
        ("+852 9123 4567", "+85291234567"),
        ("00852 9123 4567", "+85291234567"),
    ],
)
def test_telephones_come_into_one_form(typed: str, expected: str | None) -> None:
    """Check 15: and the form itself reads as the same number."""
    if expected is None:
        with pytest.raises(InvalidIdentity):
            normalise_phone(typed)
    else:
        assert normalise_phone(typed) == expected
        assert normalise_phone(expected) == expected


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Please give a telephone number."),
        ("87654321", "Please give the area code too"),
        ("12800138000", "This is neither a mobile number"),
        ("1380013800", "This is neither a mobile number"),
        ("138001380001", "This is neither a mobile number"),
        ("+86 123", "This is neither a mobile number"),
        ("+1", "This is neither a mobile number"),
        ("1380013800²", "The number contains characters"),
        ("١٣٨٠٠١٣٨٠٠٠", "The number contains characters"),
        ("138\x000138000", "The number contains characters"),
        ("13800138000转12", "Only a landline number"),
        ("0591-87654321转1234567", "An extension has 1 to 6 digits."),
        ("0591-87654321转", "An extension has 1 to 6 digits."),
        ("0591-87654321转1转2", "An extension has 1 to 6 digits."),
        ("1" * 61, "The number is too long."),
    ],
)
def test_a_wrong_telephone_is_refused_with_a_sentence(
    typed: str, sentence: str
) -> None:
    """Checks 3, 4 and 15."""
    with pytest.raises(InvalidIdentity) as refused:
        normalise_phone(typed)
    assert refused.value.msgid.startswith(sentence)


@given(st.text() | st.text("0123456789+-转x²３ （)", max_size=20))
def test_no_typed_telephone_raises_anything_else(text: str) -> None:
    """Check 4: and a normalised number stays as it is."""
    try:
        found = normalise_phone(text)
    except InvalidIdentity:
        return
    assert found.isascii()
    assert normalise_phone(found) == found


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三丰", "张*丰"),
        (" 张三 ", "张*"),
        ("张", "*"),
        ("", ""),
        ("欧阳娜娜", "欧**娜"),
        ("𠮷田三", "𠮷*三"),
    ],
)
def test_a_name_is_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_papers_and_telephones_are_masked() -> None:
    assert mask_identity("11010519491231002X") == "110*************2X"
    assert mask_identity("E12345678") == "E******78"
    assert mask_identity("12345") == "*****"
    assert mask_phone("13800138000") == "138****8000"
    assert mask_phone("0591-87654321-12") == "0591-******21"
    assert mask_phone("+85291234567") == "+85*****4567"
    assert mask_phone("12345") == "*****"
    assert mask_phone("") == mask_identity("") == ""


@given(st.text(max_size=30))
def test_a_mask_hides_at_least_a_third(text: str) -> None:
    for masked in (mask_name(text), mask_identity(text)):
        assert 3 * masked.count("*") >= len(masked)


@given(
    st.from_regex(
        r"1[3-9][0-9]{9}|0591-[2-8][0-9]{6,7}|\+[1-9][0-9]{6,14}", fullmatch=True
    )
)
def test_a_masked_telephone_hides_at_least_four_digits(number: str) -> None:
    masked = mask_phone(normalise_phone(number) if number[0] != "+" else number)
    assert masked.count("*") >= 4
