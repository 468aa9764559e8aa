"""The bytes, the hash and the signature of an event: Python and SQL must agree."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import LazySettings
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cases import evidence
from cases.evidence import Line

AT_ONCE = 50
EXAMPLES = int(os.environ.get("HALL_NIGHTLY", "1")) * 45
"""Times 50 lines: 2,250 random events in a normal run (check 69)."""

INT64 = st.integers(-(2**63), 2**63 - 1)
# PostgreSQL keeps no NUL and no lone surrogate in a text, so none gets this far.
CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
ODD = [
    "",
    " ",
    "👩‍👩‍👧",
    "🏳️‍🌈",
    "é",
    "e\u0301",
    "\u202e翻转",
    "𠮷野家",
    "\ufeff",
    "\U0010ffff",
]
BODIES = st.text(CHARACTERS, max_size=60) | st.sampled_from(
    [*ODD, "长" * 5000, "a\r\n\tb", "'\"\\%s{}"]
)
NAMES = st.text(CHARACTERS, max_size=20) | st.sampled_from(ODD)

LINES = st.builds(
    Line,
    case_id=INT64,
    seq=st.integers(-(2**31), 2**31 - 1),
    at=st.datetimes(
        min_value=dt.datetime(1, 1, 2),
        max_value=dt.datetime(9999, 12, 30),
        timezones=st.sampled_from(
            [dt.UTC, dt.timezone(dt.timedelta(hours=8)),
             dt.timezone(-dt.timedelta(hours=11, minutes=30))]
        ),
    ),
    actor_id=INT64,
    window_id=st.none() | st.just(0) | INT64,
    kind=NAMES,
    body=BODIES,
    key_id=NAMES,
)  # fmt: skip
FIRST = Line(
    260000010, 1, dt.datetime(2026, 1, 1, 8, 0, 0, 1, tzinfo=dt.UTC), 7, None,
    "opened", '{"words":"👶"}', "0123456789abcdef",
)  # fmt: skip

SQL = """
SELECT hall_event_bytes(event), sha256(event.prev_hash || hall_event_bytes(event))
FROM json_array_elements(%s::json) WITH ORDINALITY AS one (facts, place),
    jsonb_populate_record(NULL::cases_caseevent, facts::jsonb) AS event
ORDER BY place
"""


def _in_sql(lines: list[Line], previous: bytes) -> list[tuple[bytes, bytes]]:
    facts = [
        {
            **dataclasses.asdict(line),
            "at": line.at.isoformat(),
            "prev_hash": "\\x" + previous.hex(),
        }
        for line in lines
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL, [json.dumps(facts)])
        return [(bytes(one), bytes(two)) for one, two in cursor.fetchall()]


@pytest.mark.django_db
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(
    lines=st.lists(LINES, min_size=AT_ONCE, max_size=AT_ONCE),
    previous=st.binary(min_size=32, max_size=32),
)
@example(lines=[FIRST], previous=evidence.GENESIS)
def test_python_and_the_database_write_the_same_bytes(
    lines: list[Line], previous: bytes
) -> None:
    """Check 69: bytes and hash of random events agree, at least 2,000 in each run."""
    assert _in_sql(lines, previous) == [
        (evidence.line_bytes(line), evidence.line_hash(previous, line))
        for line in lines
    ]


def test_enough_random_events_are_compared() -> None:
    """Check 69."""
    assert EXAMPLES * AT_ONCE >= 2000


def test_the_bytes_of_format_1_never_change() -> None:
    """Old histories must verify for ever: a golden line, byte by byte."""
    assert evidence.line_bytes(FIRST).hex() == (
        "01"
        "000000000f7f490a"
        "00000001"
        "0006474efabd6001"
        "0000000000000007"
        "0000000000000000"
        "00000006" + b"opened".hex() + "00000010" + '{"words":"👶"}'.encode().hex() +
        "00000010" + b"0123456789abcdef".hex()
    )  # fmt: skip


@given(LINES, st.data())
@settings(max_examples=100, deadline=None, database=None)
def test_no_field_can_change_without_the_hash(line: Line, data: st.DataObject) -> None:
    """Evidence 1: length prefixes keep two lines from having the same bytes."""
    name = data.draw(st.sampled_from([f.name for f in dataclasses.fields(Line)]))
    other = dataclasses.replace(line, **{name: getattr(data.draw(LINES), name)})
    same = (line.window_id or 0, line.at) == (other.window_id or 0, other.at) and (
        dataclasses.replace(line, window_id=0, at=other.at)
        == dataclasses.replace(other, window_id=0)
    )
    digests = {evidence.line_hash(evidence.GENESIS, one) for one in (line, other)}
    assert len(digests) == (1 if same else 2)


def test_text_moved_from_one_field_to_the_next_is_another_line() -> None:
    """Evidence 1: length-prefixed text."""
    one = dataclasses.replace(FIRST, kind="ab", body="c")
    two = dataclasses.replace(FIRST, kind="a", body="bc")
    assert evidence.line_bytes(one) != evidence.line_bytes(two)


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
@settings(max_examples=50, deadline=None, database=None)
def test_the_same_facts_are_written_the_same_way(facts: dict[str, str]) -> None:
    """Evidence 1: the order of facts does not matter, and all of them come back."""
    turned = dict(reversed(facts.items()))
    assert evidence.body_text(facts) == evidence.body_text(turned)
    assert json.loads(evidence.body_text(facts)) == facts


def test_a_signature_is_that_of_this_key_over_this_hash() -> None:
    """Evidence 1: another hash, another key, or a cut signature does not fit."""
    digest = evidence.line_hash(evidence.GENESIS, FIRST)
    signature = evidence.sign(digest)
    key = evidence.public_key()
    assert len(signature) == 64
    assert evidence.is_signed(key, digest, signature)
    assert not evidence.is_signed(key, bytes(32), signature)
    assert not evidence.is_signed(key, digest, signature[:-1])
    assert not evidence.is_signed(key, digest, b"\0" * 64)
    other = Ed25519PrivateKey.generate().public_key()
    assert not evidence.is_signed(other, digest, signature)
    assert evidence.key_id_of(other) != evidence.current_key_id()


def test_a_signature_for_something_else_is_not_one_for_an_event(
    settings: LazySettings,
) -> None:
    """The domain stands before the hash, so that nothing else signs an event."""
    import base64

    seed = base64.b64decode(settings.HALL_SIGNING_KEY)
    key = Ed25519PrivateKey.from_private_bytes(seed)
    digest = evidence.line_hash(evidence.GENESIS, FIRST)
    assert not evidence.is_signed(evidence.public_key(), digest, key.sign(digest))


def test_the_key_that_signs_is_that_of_the_settings(settings: LazySettings) -> None:
    """Key rotation begins with another key and another name for it (check 70)."""
    import base64

    before = evidence.current_key_id()
    settings.HALL_SIGNING_KEY = base64.b64encode(bytes(range(32))).decode()
    assert evidence.current_key_id() != before
    digest = bytes(32)
    assert evidence.is_signed(evidence.public_key(), digest, evidence.sign(digest))
