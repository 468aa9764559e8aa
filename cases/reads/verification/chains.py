"""Chains and signatures: every event of a case, hashed and checked again."""

import datetime as dt
from collections.abc import Iterator

from cases import evidence

from .findings import Finding, Row


def broken_links(case: Row, events: list[Row]) -> Iterator[Finding]:
    """Compute every event of a case again; stop at the first that is broken."""
    key_id, key = evidence.current_key_id(), evidence.public_key()
    before, last = evidence.GENESIS, None
    for expected, event in enumerate(events, start=1):

        def broken(level: str, sentence: str, seq: int = expected) -> Finding:
            return Finding(level, sentence, case["id"], seq)

        if event["seq"] != expected:
            yield broken("chain", f"is missing: the next one has number {event['seq']}")
            return
        sentence = _misfit(event, before, last)
        if sentence:
            yield broken("chain", sentence)
            return
        if event["key_id"] != key_id:
            yield broken(
                "signature", f"is signed with an unknown key {event['key_id']}"
            )
            return
        if not evidence.is_signed(key, bytes(event["hash"]), bytes(event["signature"])):
            yield broken("signature", "was not signed by the application")
            return
        before, last = bytes(event["hash"]), event["at"]
    if not events:
        yield Finding("chain", "has no history", case["id"])
    elif case["head_seq"] != len(events) or bytes(case["head_hash"]) != before:
        yield Finding(
            "chain",
            f"the case says that its history ends with event {case['head_seq']},"
            f" and it ends with event {len(events)}",
            case["id"],
            min(case["head_seq"], len(events)) + 1,
        )
    elif case["changed_at"] != last:
        yield Finding(
            "chain",
            "is not when the case was changed last",
            case["id"],
            len(events),
        )


def _misfit(event: Row, before: bytes, last: dt.datetime | None) -> str:
    """Say what is wrong with an event by itself and after the one before it."""
    if (event["fmt"], event["hash_alg"], event["sig_alg"]) != (
        evidence.FORMAT,
        evidence.HASH_ALGORITHM,
        evidence.SIGNATURE_ALGORITHM,
    ):
        return "is in an unknown format"
    if bytes(event["prev_hash"]) != before:
        return "does not follow the one before it"
    line = evidence.Line(
        case_id=event["case_id"],
        seq=event["seq"],
        at=event["at"],
        actor_id=event["actor_id"],
        window_id=event["window_id"],
        kind=event["kind"],
        body=event["body"],
        key_id=event["key_id"],
    )
    if evidence.line_hash(before, line) != bytes(event["hash"]):
        return "was changed: its hash is another"
    if last is not None and event["at"] < last:
        return "is dated before the one before it"
    return ""
