"""Case numbers with a check digit, look-up codes with a slow hash (checks 47, 49)."""

import collections
import secrets
import statistics
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases import numbers
from cases.numbers import (
    CODE_ALPHABET,
    DUMMY_HASH,
    case_number,
    check_code,
    format_number,
    hash_code,
    new_code,
    normalise_code,
    parse_number,
)

years = st.integers(2010, 2099)
sequences = st.integers(1, 999_999) | st.integers(1, 999_999_999)


def test_a_number_is_year_running_number_and_check_digit() -> None:
    number = case_number(2026, 457)
    assert format_number(number) == "26-000-457-4"
    assert format_number(case_number(2026, 999_999))[:-1] == "26-999-999-"
    assert format_number(case_number(2026, 1_000_000))[:-1] == "26-1-000-000-"
    assert format_number(case_number(2026, 123_456_789))[:-1] == "26-123-456-789-"


@given(years, sequences)
def test_a_number_is_read_back_however_it_is_written(year: int, sequence: int) -> None:
    number = case_number(year, sequence)
    shown = format_number(number)
    full_width = str(number).translate({48 + n: 0xFF10 + n for n in range(10)})
    for text in (
        str(number),
        shown,
        f" {shown}\n",
        shown.replace("-", " － "),
        shown.replace("-", "—"),
        shown.replace("-", "\u3000"),
        full_width,
    ):
        assert parse_number(text) == number


@given(years, sequences, st.data())
def test_every_single_slip_is_caught(
    year: int, sequence: int, data: st.DataObject
) -> None:
    """One wrong digit, and two neighbours swapped."""
    digits = str(case_number(year, sequence))
    place = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(
        st.sampled_from("0123456789").filter(lambda d: d != digits[place])
    )
    assert parse_number(digits[:place] + wrong + digits[place + 1 :]) is None
    pair = data.draw(st.integers(0, len(digits) - 2))
    swapped = digits[:pair] + digits[pair + 1] + digits[pair] + digits[pair + 2 :]
    assert swapped == digits or parse_number(swapped) is None


@given(years, sequences, years, sequences)
def test_two_cases_never_share_a_number(
    year: int, sequence: int, other_year: int, other: int
) -> None:
    same = (year, sequence) == (other_year, other)
    assert (case_number(year, sequence) == case_number(other_year, other)) == same


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "²",
        "26-000-457-4²",
        "26-000-457-⁴",
        "٢٦٠٠٠٤٥٧٤",
        "二六〇〇〇四五七四",
        "26-000-457",
        "26\x000004574",
        "+260004574",
        "26e7",
        "1" * 13,
        "9" * 64,
        " " * 64 + "260004574",
        "2" * 100_000,
        "\ud800",
        "<script>",
        "' OR 1=1",
        "page=x",
    ],
)
def test_what_cannot_be_a_number_is_none(text: str) -> None:
    """Checks 3 and 4: int() and isdigit() stumble over "²" and take other scripts."""
    assert parse_number(text) is None


@pytest.mark.parametrize("digits", ["26000000", "260000457"])
def test_a_right_check_digit_makes_no_number_of_a_form_never_issued(
    digits: str,
) -> None:
    """Sequence 0, and a padding that would give one case two numbers."""
    assert parse_number(f"{digits}{numbers._damm(digits)}") is None


@given(st.text() | st.text(alphabet="0123456789２²٣-－ \u3000", max_size=20))
def test_no_typed_text_raises_and_only_issued_forms_are_numbers(text: str) -> None:
    """Check 4."""
    number = parse_number(text)
    if number is not None:
        digits = str(number)
        assert case_number(2000 + int(digits[:2]), int(digits[2:-1])) == number


@pytest.mark.parametrize(
    ("year", "sequence"),
    [(2009, 1), (2100, 1), (2026, 0), (2026, -1), (2026, 10**9)],
)
def test_a_number_outside_the_scheme_is_a_value_error(year: int, sequence: int) -> None:
    with pytest.raises(ValueError, match="no case number"):
        case_number(year, sequence)


# Look-up codes ------------------------------------------------------------------------


def test_codes_are_many_even_and_without_look_alikes() -> None:
    """Check 49: 100,000 codes, none twice, every symbol in every place about as often.

    The bound is far out in the tail of the distribution with 10 x 28 degrees of freedom
    (mean 280, deviation 24), so that a fair source never fails by chance.
    """
    codes = [new_code() for _ in range(100_000)]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 11 and code[5] == "-" for code in codes)
    places = zip(*(code.replace("-", "") for code in codes), strict=True)
    expected = len(codes) / len(CODE_ALPHABET)
    chi_square = 0.0
    for place in places:
        counts = collections.Counter(place)
        assert set(counts) == set(CODE_ALPHABET)
        chi_square += sum((n - expected) ** 2 / expected for n in counts.values())
    assert 140 < chi_square < 480


@pytest.mark.parametrize("group", ["0O", "1IL", "2Z", "5S", "8B", "UV"])
def test_of_look_alikes_one_is_used_and_the_others_are_read_as_it(group: str) -> None:
    """Check 49: no two symbols of a code can be taken for each other."""
    used = [symbol for symbol in group if symbol in CODE_ALPHABET]
    assert len(used) == 1
    expected = used[0] * 10
    assert {normalise_code(symbol * 10) for symbol in group} == {expected}
    assert {normalise_code(symbol.lower() * 10) for symbol in group} == {expected}


def test_codes_come_from_the_systems_random_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Check 49."""
    assert vars(numbers)["choice"] is secrets.choice
    monkeypatch.setattr(numbers, "choice", lambda symbols: symbols[-1])
    assert new_code() == "YYYYY-YYYYY"


def test_a_code_is_stored_slow_hashed_and_checked_however_it_is_typed() -> None:
    """Check 49."""
    code = new_code()
    hashed = hash_code(code)
    assert code not in hashed
    assert code.replace("-", "") not in hashed
    assert hashed != hash_code(code)
    assert len(hashed) <= 200
    full_width = code.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
    for typed in (code, code.lower(), code.replace("-", " "), f" {full_width}\u3000"):
        assert check_code(typed, hashed)
    other = ("3" if code[0] != "3" else "4") + code[1:]
    for typed in (other, "", code[:-1], code + "3", code + "²", "\ud800", "x" * 10**6):
        assert not check_code(typed, hashed)
        assert not check_code(typed, DUMMY_HASH)


def test_nothing_hashes_to_the_dummy_and_no_code_is_empty() -> None:
    """Check 47: an unusable code is not the code of a case hashed from nothing."""
    salt = bytes(16)
    digest = numbers._scrypt("", salt, 12, 8, 1)
    assert not check_code("", f"scrypt$12$8$1${salt.hex()}${digest.hex()}")
    with pytest.raises(ValueError, match="not a look-up code"):
        hash_code("")
    with pytest.raises(ValueError, match="hash scheme"):
        check_code("", "md5$12$8$1$00$00")


def test_the_dummy_is_hashed_like_a_real_code() -> None:
    """Check 47: the same work for an unknown number."""
    real, dummy = hash_code(new_code()).split("$"), DUMMY_HASH.split("$")
    assert real[:4] == dummy[:4]
    assert [len(part) for part in real] == [len(part) for part in dummy]


@given(st.text())
@settings(max_examples=300)
def test_no_typed_code_raises(text: str) -> None:
    """Check 4."""
    assert set(normalise_code(text)) <= set(CODE_ALPHABET)


@pytest.mark.parametrize("symbol", ["ı", "ſ", "²", "٣", "А"])
def test_letters_of_other_scripts_are_no_code(symbol: str) -> None:
    """Check 4: the capital of "ı" is "I", and that of "ſ" is "S"."""
    assert normalise_code(symbol * 10) == ""


@pytest.mark.benchmark
def test_right_wrong_unknown_and_unusable_codes_take_the_same_time() -> None:
    """Check 47: medians of a slow hash, within 5 ms of each other, and slow enough."""
    code = new_code()
    hashed = hash_code(code)
    tries = {
        "right": (code, hashed),
        "wrong": (new_code(), hashed),
        "unknown": (code, DUMMY_HASH),
        "unusable": ("²", hashed),
    }
    times: dict[str, list[float]] = {name: [] for name in tries}
    for _ in range(15):
        for name, (typed, stored) in tries.items():
            begun = time.perf_counter()
            check_code(typed, stored)
            times[name].append((time.perf_counter() - begun) * 1000)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print({name: f"{value:.1f} ms" for name, value in medians.items()})
    assert max(medians.values()) - min(medians.values()) < 5
    assert min(medians.values()) > 3
