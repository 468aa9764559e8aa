"""The projection: whether the tables of a case hold what its events say."""

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from cases import evidence, scans, vault

from .findings import Finding, Row
from .replay import Expected, Replay

_BY_ORDER = ("question", "call", "deadline", "pass")
"""Tables whose rows the events count instead of naming them."""

_KEYS = {"paper": "position"}
"""What events call a row of a table, where it is not its id."""


def differences(
    case: Row, events: list[Row], tables: dict[str, list[Row]]
) -> Iterator[Finding]:
    """Replay the events of a case, and compare with what its tables hold."""
    replay = Replay()
    for event in events:
        try:
            replay.play(event)
        except (KeyError, ValueError, TypeError):
            yield Finding("projection", "cannot be replayed", case["id"], event["seq"])
            return

    def wrong(sentence: str, seq: int = len(events)) -> Finding:
        return Finding("projection", sentence, case["id"], seq)

    found = [
        _rows(table, rows, tables[table], case["salt"])
        for table, rows in replay.rows.items()
    ]
    for seq, sentence in chain(*found, _bytes(replay, tables)):
        yield wrong(sentence, seq or len(events))
    for table in tables.keys() - replay.rows.keys() - {"applicant", "words"}:
        if tables[table]:
            yield wrong(f"{table} {tables[table][0]['id']} is in no event")
    for column, value in replay.case.items():
        if _plain(case[column]) != _plain(value):
            yield wrong(f"the case has {column} {case[column]}, the events {value}")
    if not _words_fit(case, replay.words, tables["words"]):
        yield wrong("the words of the person are not those of the opening", 1)
    if not _name_fits(case, replay, tables["applicant"]):
        yield wrong("the name of the applicant is not the one that was recorded")


def _bytes(replay: Replay, tables: dict[str, list[Row]]) -> Iterator[tuple[int, str]]:
    """Say at which event sealed bytes and files are not those that were recorded."""
    for row in tables["signature"]:
        known = replay.rows.get("signature", {}).get(row["id"])
        sealed = row["sealed"]
        digest = scans.digest_of(bytes(sealed)) if sealed else ""
        if known and known.facts["digest"] != digest:
            yield known.seq, f"signature {row['id']}: it is not what was drawn"
    for row in tables["scan"]:
        known = replay.rows.get("scan", {}).get(row["id"])
        try:
            if known:
                scans.read(row["name"], known.facts["digest"])
        except scans.ScanLostError as lost:
            yield known.seq if known else 0, f"scan {row['id']}: {lost}"


def _rows(
    table: str, expected: Mapping[Any, Expected], kept: list[Row], salt: Any
) -> Iterator[tuple[int, str]]:
    """Say at which event, and how, the rows of a table are not what the events say."""
    found = {
        place if table in _BY_ORDER else row[_KEYS.get(table, "id")]: row
        for place, row in enumerate(kept)
    }
    for key in sorted(found.keys() - expected.keys()):
        yield 0, f"{table} {found[key]['id']} is in no event"
    for key, row in sorted(expected.items()):
        if key not in found:
            yield row.seq, f"{table} {key} is gone"
            continue
        for sentence in _different(row, found[key], salt):
            yield row.seq, f"{table} {found[key]['id']}: {sentence}"


def _different(expected: Expected, row: Row, salt: Any) -> Iterator[str]:
    """Say in which columns a row is not what its events say."""
    for column, value in expected.facts.items():
        if _plain(row[column]) != _plain(value):
            yield f"{column} is {_plain(row[column])}, the events say {_plain(value)}"
    if salt is None:  # erased with the texts (evidence.md 7)
        return
    for column, (name, commitment) in expected.texts.items():
        text = row[column]
        if not isinstance(text, str):
            text = evidence.body_text(text)
        if vault.commit("event", name, bytes(salt), text) != commitment:
            yield f"{column} is not the text that was recorded"


def _plain(value: Any) -> Any:
    """Dates and digests as the events write them; everything else as it is."""
    if isinstance(value, bytes | memoryview):
        return value.hex()
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return value


def _name_fits(case: Row, replay: Replay, rows: list[Row]) -> bool:
    """Whether a name that was written right is the one that was recorded."""
    if not rows or rows[0]["name_sealed"] is None:  # erased (evidence.md 7)
        return True
    kept, row = rows[0], vault.applicant_row(case["id"])
    if replay.name_digest:
        return scans.digest_of(bytes(kept["name_sealed"])) == replay.name_digest
    commitment = replay.name
    if not commitment or case["salt"] is None:
        return True
    try:
        name = vault.open_(kept["data_key"], row, "name", kept["name_sealed"])
    except vault.VaultError:
        return False
    return vault.commit("event", "name", bytes(case["salt"]), name) == commitment


def _words_fit(case: Row, commitment: str, rows: list[Row]) -> bool:
    """Whether the sealed words open, and are those that were committed to."""
    if case["salt"] is None:
        return True
    if not rows:
        return False
    row = vault.words_row(case["id"])
    try:
        words = vault.open_(rows[0]["data_key"], row, "words", rows[0]["words_sealed"])
    except vault.VaultError:
        return False
    return vault.commit("event", "words", bytes(case["salt"]), words) == commitment
