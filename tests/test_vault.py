"""Encryption of personal fields, blind look-up and commitments (evidence.md 7)."""

import base64
import hashlib
import os
import time

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from cases import vault
from cases.vault import VaultError

ROW = "cases.Applicant:260004574"


def key(byte: int) -> str:
    return base64.b64encode(bytes([byte]) * 32).decode()


@pytest.fixture(autouse=True)
def _keys(settings: LazySettings) -> None:
    settings.HALL_MASTER_KEY = key(1)
    settings.HALL_OLD_MASTER_KEYS = []
    settings.HALL_INDEX_KEY = key(2)


# The fixture sets the same keys for every example.
many = examples(suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(st.text(), st.text(min_size=1), st.text(min_size=1))
def test_what_was_sealed_opens_again(text: str, row: str, field: str) -> None:
    wrapped = vault.new_data_key(row)
    sealed = vault.seal(wrapped, row, field, text)
    assert vault.open_(wrapped, row, field, sealed) == text
    assert vault.open_(memoryview(wrapped), row, field, memoryview(sealed)) == text


def test_equal_texts_never_look_alike_and_do_not_show() -> None:
    wrapped = vault.new_data_key(ROW)
    first, second = (vault.seal(wrapped, ROW, "name", "张三丰") for _ in range(2))
    assert first != second
    assert "张三丰".encode() not in first
    assert vault.new_data_key(ROW) != wrapped


def test_no_nonce_repeats() -> None:
    """Check 79: 10^5 encryptions under one key, the nonce read from each."""
    wrapped = vault.new_data_key(ROW)
    nonces = {vault.seal(wrapped, ROW, "name", "张")[1:13] for _ in range(100_000)}
    assert len(nonces) == 100_000


def test_a_wrong_row_field_or_data_key_does_not_open() -> None:
    """Check 79; check 77: a ciphertext moved to another row does not open there."""
    wrapped = vault.new_data_key(ROW)
    other_row = "cases.Applicant:260004582"
    other = vault.new_data_key(other_row)
    sealed = vault.seal(wrapped, ROW, "name", "张三丰")
    assert vault.open_(wrapped, ROW, "name", sealed) == "张三丰"
    for key_, row, field in [
        (wrapped, other_row, "name"),
        (other, ROW, "name"),
        (other, other_row, "name"),
        (vault.new_data_key(ROW), ROW, "name"),
        (wrapped, ROW, "telephone"),
        (wrapped, ROW, ""),
    ]:
        with pytest.raises(VaultError):
            vault.open_(key_, row, field, sealed)
    with pytest.raises(VaultError):
        vault.seal(other, ROW, "name", "张三丰")


def test_where_row_ends_and_field_begins_is_bound_too() -> None:
    """Without lengths, row "a" with field "bc" would be row "ab" with field "c"."""
    assert vault._joined(b"a", b"bc") != vault._joined(b"ab", b"c")
    assert vault.blind("ab", "c") != vault.blind("a", "bc")


@many
@given(st.data())
def test_a_changed_or_cut_byte_anywhere_is_refused(data: st.DataObject) -> None:
    """Checks 74 and 79: in the sealed value and in the wrapped key."""
    wrapped = vault.new_data_key(ROW)
    sealed = vault.seal(wrapped, ROW, "name", "张三丰")
    for original, is_key in ((wrapped, True), (sealed, False)):
        place = data.draw(st.integers(0, len(original) - 1))
        flipped = bytearray(original)
        flipped[place] ^= data.draw(st.integers(1, 255))
        for damaged in (
            bytes(flipped),
            original[:place],
            original[place + 1 :],
            original + b"\0",
        ):
            pair = (damaged, sealed) if is_key else (wrapped, damaged)
            with pytest.raises(VaultError):
                vault.open_(pair[0], ROW, "name", pair[1])


@many
@given(st.binary(max_size=100), st.binary(max_size=100))
def test_foreign_bytes_are_refused_and_nothing_else_happens(
    wrapped: bytes, sealed: bytes
) -> None:
    with pytest.raises(VaultError):
        vault.open_(wrapped, ROW, "name", sealed)
    with pytest.raises(VaultError):
        vault.open_(vault.new_data_key(ROW), ROW, "name", sealed)


def test_an_old_master_key_opens_old_rows_and_seals_no_new_ones(
    settings: LazySettings,
) -> None:
    """Check 70, for the keys of personal fields."""
    old = vault.new_data_key(ROW)
    sealed = vault.seal(old, ROW, "name", "张三丰")
    settings.HALL_MASTER_KEY = key(3)
    with pytest.raises(VaultError, match="no configured master key"):
        vault.open_(old, ROW, "name", sealed)
    settings.HALL_OLD_MASTER_KEYS = [key(1)]
    assert vault.open_(old, ROW, "name", sealed) == "张三丰"
    new = vault.new_data_key(ROW)
    again = vault.seal(new, ROW, "name", "张三丰")
    settings.HALL_OLD_MASTER_KEYS = []
    assert vault.open_(new, ROW, "name", again) == "张三丰"


@pytest.mark.parametrize("bad", ["", "short", key(1)[:-4], "é" * 44, key(1) + "AAAA"])
def test_a_key_that_is_no_key_is_refused(settings: LazySettings, bad: str) -> None:
    """Check 90."""
    for name in ("HALL_MASTER_KEY", "HALL_INDEX_KEY"):
        good = getattr(settings, name)
        setattr(settings, name, bad)
        with pytest.raises(VaultError, match="32 bytes"):
            vault.new_data_key(ROW)
        setattr(settings, name, good)
    settings.HALL_OLD_MASTER_KEYS = [bad]
    with pytest.raises(VaultError, match="32 bytes"):
        vault.new_data_key(ROW)


def test_a_lone_surrogate_is_a_vault_error() -> None:
    """Check 4."""
    wrapped = vault.new_data_key(ROW)
    for act in (
        lambda: vault.seal(wrapped, ROW, "name", "\ud800"),
        lambda: vault.blind("name", "\ud800"),
        lambda: vault.commit("d", "f", bytes(32), "\ud800"),
    ):
        with pytest.raises(VaultError, match="surrogate"):
            act()
    assert vault.word_tokens("张\ud800") == vault.word_tokens("张")


def test_the_blind_index_is_equal_for_equal_values_of_one_field(
    settings: LazySettings,
) -> None:
    first = vault.blind("telephone", "13800138000")
    assert len(first) == 32
    assert vault.blind("telephone", "13800138000") == first
    assert vault.blind("telephone", "13800138001") != first
    assert vault.blind("identity", "13800138000") != first
    settings.HALL_INDEX_KEY = key(9)
    assert vault.blind("telephone", "13800138000") != first


def test_a_commitment_is_what_a_stranger_computes_with_the_salt() -> None:
    """Check 69: by the description in the docstring alone, without this code."""
    salt = bytes(range(32))
    parts = [b"hall", "姓名".encode(), salt, "张三丰".encode()]
    spelled = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    found = vault.commit("hall", "姓名", salt, "张三丰")
    assert found == hashlib.sha256(spelled).hexdigest()
    assert vault.commit("hall", "姓名", vault.new_salt(), "张三丰") != found
    for salt in (b"", os.urandom(31), os.urandom(33)):
        with pytest.raises(VaultError, match="32 bytes"):
            vault.commit("hall", "姓名", salt, "张三丰")


def finds(text: str, query: str) -> bool:
    return set(vault.query_tokens(query)) <= set(vault.word_tokens(text))


@pytest.mark.parametrize(
    "query",
    [
        "老伴",
        "伴",
        "丧葬费",
        "喪葬費",
        "ＡＢ12",
        "ab",
        "老伴 丧葬",
        "丧葬，老伴！",
        "²",
    ],
)
def test_a_word_is_found_whatever_its_width_case_or_script(query: str) -> None:
    text = "老伴走了，丧葬费怎么领? aB12 x²"
    assert finds(text, query)
    assert vault.contains(text, query)


@pytest.mark.parametrize("query", ["子女", "丧葬补", "b1x", "老伴 子女"])
def test_a_word_that_is_not_there_is_not_found(query: str) -> None:
    text = "老伴走了，丧葬费怎么领? aB12"
    assert not finds(text, query)
    assert not vault.contains(text, query)


def test_tokens_narrow_and_contains_decides() -> None:
    """Pairs may stand apart: the tokens alone would call this a hit."""
    assert finds("甲乙，乙丙", "甲乙丙")
    assert not vault.contains("甲乙，乙丙", "甲乙丙")


@many
@given(st.text(max_size=40), st.data())
def test_every_part_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    runs = vault._runs(text)
    tokens = vault.word_tokens(text)
    assert tokens == sorted(set(tokens))
    assert all(-(2**63) <= token < 2**63 for token in tokens)
    if runs:
        run = data.draw(st.sampled_from(runs))
        start = data.draw(st.integers(0, len(run) - 1))
        part = run[start : data.draw(st.integers(start + 1, len(run)))]
        assert finds(text, part)
        assert vault.contains(text, part)
    else:
        assert vault.query_tokens(text) == tokens == []


@pytest.mark.benchmark
def test_a_read_costs_less_than_twenty_microseconds() -> None:
    """The best of several rounds: what the code costs, not what the machine does."""
    wrapped = vault.new_data_key(ROW)
    sealed = vault.seal(wrapped, ROW, "name", "张三丰")
    best: dict[str, float] = {}
    for name, act in (
        ("seal", lambda: vault.seal(wrapped, ROW, "name", "张三丰")),
        ("open", lambda: vault.open_(wrapped, ROW, "name", sealed)),
        ("blind", lambda: vault.blind("name", "张三丰")),
    ):
        rounds = []
        for _ in range(10):
            begun = time.perf_counter()
            for _ in range(500):
                act()
            rounds.append((time.perf_counter() - begun) / 500 * 1e6)
        best[name] = min(rounds)
    print({name: f"{cost:.1f} µs" for name, cost in best.items()})
    assert max(best.values()) < 20
