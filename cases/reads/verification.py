"""Ask the history to prove itself (evidence.md 5): chain, signatures, projection.

Each case is read once: its events are hashed and checked again, and replayed. What they
say must be what the tables say: spans, offers, answers, papers, filings, directions,
questions, calls, state, dates and what each was counted from, and every text by its
commitment. Reads only, a batch of cases at a time, in a read-only transaction that sees
one moment.

What this cannot see: a whole case rewritten or removed by somebody who has the signing
key too. That is the work of the tree and its witnesses (evidence.md 3).
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Model, QuerySet
from django.utils import timezone

from cases import evidence, scans, vault
from cases.lifecycle import CloseRule
from cases.models import (
    Answer,
    Applicant,
    Appointment,
    Assignment,
    Case,
    CaseEvent,
    CaseMaterial,
    ClockStop,
    Deadline,
    Delivery,
    Direction,
    Extension,
    FollowUp,
    GreenChannel,
    GreenPass,
    NameCorrection,
    NegativeFiling,
    Notice,
    Objection,
    Part,
    RaisedQuestion,
    Referral,
    Scan,
    Signature,
    Words,
)
from cases.numbers import format_number

BATCH = 200
"""Cases read at a time: 23 statements for each batch, whatever the number of cases."""

Row = dict[str, Any]
Rows = dict[str, Row]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: in which case, at which event, and what.

    `level` is "schema", "chain", "signature" or "projection". `seq` is the event that
    is broken, or the one whose act the tables do not show as it was; 0 for a whole
    case and for the schema.
    """

    level: str
    sentence: str
    case_id: int = 0
    seq: int = 0

    def __str__(self) -> str:
        where = f"case {format_number(self.case_id)}, " if self.case_id else ""
        event = f"event {self.seq}, " if self.seq else ""
        return f"{where}{event}{self.level}: {self.sentence}"


@dataclass(slots=True)
class Checked:
    """What was read so far, and what was found."""

    cases: int = 0
    events: int = 0
    findings: list[Finding] = field(default_factory=list)


def verify_case(case_id: int) -> Checked:
    """Check one case."""
    return _checked(Case.objects.filter(pk=case_id))


def verify_all(on_batch: Callable[[Checked], None] | None = None) -> Checked:
    """Check every case; `on_batch` is told after each batch what has been read."""
    total, last = Checked(), 0
    while True:
        batch = _checked(Case.objects.filter(pk__gt=last).order_by("pk")[:BATCH])
        if not batch.cases:
            return total
        total.cases += batch.cases
        total.events += batch.events
        total.findings += batch.findings
        last = batch.last
        if on_batch is not None:
            on_batch(total)


@dataclass(slots=True)
class _Batch(Checked):
    last: int = 0


def _checked(cases: QuerySet[Case]) -> _Batch:
    """Read a batch of cases as they are at one moment, and check each."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
        rows: list[Row] = [dict(row) for row in cases.values()]
        ids = [row["id"] for row in rows]
        history = _by_case(CaseEvent, ids, "seq")
        kept = {name: _by_case(model, ids, order) for name, model, order in _TABLES}
    done = _Batch(cases=len(rows), last=max(ids, default=0))
    for case in rows:
        events = history[case["id"]]
        done.events += len(events)
        found = list(_chain(case, events))
        if not found:
            tables = {name: kept[name][case["id"]] for name, _model, _order in _TABLES}
            found = list(_projection(case, events, tables))
        done.findings += found
    return done


_TABLES: tuple[tuple[str, type[Model], str], ...] = (
    ("span", Assignment, "ordinal"),
    ("referral", Referral, "id"),
    ("appointment", Appointment, "id"),
    ("answer", Answer, "id"),
    ("notice", Notice, "id"),
    ("filing", NegativeFiling, "id"),
    ("direction", Direction, "id"),
    ("question", RaisedQuestion, "id"),
    ("call", FollowUp, "id"),
    ("stop", ClockStop, "id"),
    ("extension", Extension, "id"),
    ("delivery", Delivery, "id"),
    ("signature", Signature, "id"),
    ("scan", Scan, "id"),
    ("part", Part, "id"),
    ("objection", Objection, "id"),
    ("paper", CaseMaterial, "id"),
    ("green", GreenChannel, "id"),
    ("pass", GreenPass, "id"),
    ("deadline", Deadline, "id"),
    ("correction", NameCorrection, "id"),
    ("applicant", Applicant, "case_id"),
    ("words", Words, "case_id"),
)


def _by_case(model: type[Model], ids: list[int], order: str) -> dict[int, list[Row]]:
    rows = (
        model._default_manager.filter(case_id__in=ids)  # noqa: SLF001 (documented)
        .order_by("case_id", F(order))
        .values()
    )
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["case_id"]].append(row)
    return found


# Chains and signatures --------------------------------------------------------------


def _chain(case: Row, events: list[Row]) -> Iterator[Finding]:
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


# Projection -------------------------------------------------------------------------


@dataclass(slots=True)
class _Expected:
    """A row as the events tell it; `texts` has for a column what was committed to."""

    seq: int
    facts: Row
    texts: "Texts" = field(default_factory=dict)
    told: bool = False


Texts = dict[str, tuple[str, str]]
"""Column of a table -> the name of a text in its event, and the commitment to it."""


_CONTENTS = {"notice": "content", "omission": "omission", "table": "table"}
"""Papers that an event may name -> the name of its commitment to what they say."""


class _Replay:
    """Plays the events of a case and remembers what its tables must hold."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Any, _Expected]] = defaultdict(dict)
        self.case: Row = {
            "final_answer_id": None,
            "closed_at": None,
            "close_rule": "",
            "promised_due": None,
            "statutory_due": None,
            "received_on": None,
            "tell_by": None,
            "tell_from": None,
            "limits": None,
            "accepted_on": None,
            "declines": 0,
            "limbo_since": None,
            "second_notices": 0,
            "reopened": 0,
            "is_green": False,
            "green_days": 0,
            "to_deliver": False,
            "expires_on": None,
            "renews_after": None,
        }
        self.words = ""
        self.name = ""

    def play(self, event: Row) -> None:
        """Play one event; KeyError or ValueError if its body does not fit its kind."""
        body = json.loads(event["body"])
        self.seq, self.at, self.actor = event["seq"], event["at"], event["actor_id"]
        self.said: dict[str, str] = body["commit"]
        handler = getattr(self, f"_{event['kind']}", None)
        if handler is None:
            raise ValueError(event["kind"])
        handler(body)
        for name in _CONTENTS:
            if body.get(name):
                self._notice(body, name)
        for over in body.get("passed", ()):
            facts = {"over_id": over, "at": self.at}
            self._new("pass", len(self.rows["pass"]), facts)
        self.case["green_days"] = body.get("green_days", self.case["green_days"])
        for row in body.get("deadlines", ()):
            set_now = row | {"set_at": self.at}
            self._new("deadline", len(self.rows["deadline"]), set_now)
        for paper in body.get("papers", ()):
            self._paper(*paper)
        self.case["state"] = body["state"]
        self.case["due_on"] = body["due_on"]

    def _paper(
        self,
        position: int,
        is_required: bool,  # noqa: FBT001 (as the event has it)
        is_extra: bool,  # noqa: FBT001
        is_here: bool,  # noqa: FBT001
        follow_by: str | None,
    ) -> None:
        """Expect a paper as an event left it; what came with it came then."""
        before = self.rows["paper"].get(position)
        facts = dict(before.facts) if before else {"received_at": None}
        facts |= {
            "is_required": is_required,
            "is_extra": is_extra,
            "follow_by": follow_by,
        }
        if facts["received_at"] is None:
            facts["received_at"] = self.at if is_here else None
            facts["received_by_id"] = self.actor if is_here else None
        self._new("paper", position, facts)

    def _new(
        self, table: str, key: Any, facts: Row, texts: Texts | None = None
    ) -> None:
        self.rows[table][key] = _Expected(self.seq, facts, texts or {})

    def _settle(
        self, table: str, key: Any, facts: Row, texts: Texts | None = None
    ) -> None:
        row = self.rows[table][key]
        row.seq = self.seq
        row.facts |= facts
        row.texts |= texts or {}

    def _texts(self, **names: str) -> Texts:
        """What this event committed to: column -> name of the text.

        By default all but the contents of the papers that were issued with it.
        """
        contents = _CONTENTS.values()
        names = names or {name: name for name in self.said if name not in contents}
        return {
            column: (name, self.said[name])
            for column, name in names.items()
            if name in self.said
        }

    def _begin_span(self, body: Row, **origin: Any) -> None:
        span = body["span"]
        self._end_span()
        facts = {
            "ordinal": span["ordinal"],
            "clerk_id": span["clerk"]["id"],
            "window_id": span["window"]["id"],
            "basis": span["basis"],
            "since": self.at,
            "until": None,
            "referral_id": None,
            "appointment_id": None,
        }
        self._new("span", span["id"], facts | origin)
        self.case["current_span"] = span["id"]
        self.case["holder_id"] = span["clerk"]["id"]
        self.case["window_id"] = span["window"]["id"]

    def _end_span(self) -> None:
        open_span = self.case.get("current_span")
        if open_span is not None:
            self._settle("span", open_span, {"until": self.at})
        self.case["current_span"] = None

    def _opened(self, body: Row) -> None:
        self.case |= {
            "channel": body["channel"],
            "has_contact": body["contact"],
            "opened_at": self.at,
            "first_responder_id": body["span"]["clerk"]["id"],
            "first_window_id": body["span"]["window"]["id"],
        }
        self._item_chosen(body)
        self._begin_span(body)
        self.words = self.said.get("words", "")

    def _item_chosen(self, body: Row) -> None:
        self.case["item_id"] = body["item"]["id"] if body["item"] else None

    def _applicant_named(self, body: Row) -> None:
        self.case["has_contact"] = body["contact"]

    def _name_corrected(self, body: Row) -> None:
        facts = {"by_id": self.actor, "at": self.at}
        texts = self._texts(reason="reason")
        self._new("correction", body["correction"], facts, texts)
        self.name = self.said.get("name", "")

    def _code_renewed(self, body: Row) -> None:
        pass

    def _offered(self, body: Row) -> None:
        offer = body["referral"]
        self._new(
            "referral",
            offer["id"],
            {
                "from_clerk_id": offer["from"]["id"],
                "offered_by_id": self.actor,
                "to_clerk_id": offer["to"]["id"],
                "to_window_id": offer["window"]["id"],
                "offered_at": self.at,
                "state": "pending",
                "settled_by_id": None,
                "settled_at": None,
            },
            self._texts(),
        )

    def _settled(self, key: int, state: str, texts: Texts | None = None) -> None:
        outcome = {"state": state, "settled_by_id": self.actor, "settled_at": self.at}
        self._settle("referral", key, outcome, texts)

    def _taken_over(self, body: Row) -> None:
        self._settled(body["referral"]["id"], "accepted")
        self._begin_span(body, referral_id=body["referral"]["id"])
        since = self.case["limbo_since"] or self.at
        self.case["limbo_since"] = since if body["limbo"] else None

    def _declined(self, body: Row) -> None:
        offer = body["referral"]["id"]
        self._settled(offer, "declined", self._texts(settle_reason="reason"))
        self.case["declines"] = body["declines"]
        if body["limbo"]:
            self._into_limbo("declined", self._texts(question="reason"))

    def _offer_withdrawn(self, body: Row) -> None:
        self._settled(body["referral"]["id"], "withdrawn")

    def _offer_lapsed(self, body: Row) -> None:
        offer = body["referral"]["id"]
        self._settled(offer, "lapsed")
        reason = self.rows["referral"][offer].texts.get("reason")
        self._into_limbo("unanswered", {"question": reason} if reason else {})

    def _into_limbo(self, ground: str, texts: Texts) -> None:
        self.case["limbo_since"] = self.at
        if self._waiting("question", "replied_at") is None:
            self._question(ground, texts)

    def _question(self, ground: str, texts: Texts) -> None:
        facts = {
            "ground": ground,
            "raised_by_id": self.actor,
            "raised_at": self.at,
            "replied_by_id": None,
            "replied_at": None,
        }
        self._new("question", len(self.rows["question"]), facts, texts)

    def _waiting(self, table: str, column: str) -> Any:
        """Return the key of the row of a table that nobody has settled yet."""
        for key, row in self.rows[table].items():
            if row.facts[column] is None:
                return key
        return None

    def _raised(self, body: Row) -> None:
        self._question(body["ground"], self._texts())

    def _raise_replied(self, body: Row) -> None:
        outcome = {"replied_by_id": self.actor, "replied_at": self.at}
        waiting = self._waiting("question", "replied_at")
        self._settle("question", waiting, outcome, self._texts())
        self.case["limbo_since"] = None

    def _notice(self, body: Row, name: str) -> None:
        """Expect a paper: the text on record is that of the name, or "content"."""
        notice = body[name]
        self._new(
            "notice",
            notice["id"],
            {
                "kind": notice["kind"],
                "year": notice["year"],
                "serial": notice["serial"],
                "version": notice.get("version", 1),
                "is_second": name == "notice" and body.get("second", False),
                "issued_by_id": self.actor,
                "issued_at": self.at,
            },
            self._texts(
                content=_CONTENTS[name],
                second_reason="second_reason",
                # A table is issued again for the reason that changed it.
                correction="reason" if name == "table" else "correction",
            ),
        )

    def _paper_reissued(self, body: Row) -> None:
        pass

    def _paper_signed(self, body: Row) -> None:
        signature = body["signature"]
        facts = {
            "notice_id": body["paper"]["id"],
            "party": signature["party"],
            "way": signature["way"],
            "copies": signature["copies"],
            "digest": signature["digest"],
            "by_id": self.actor,
            "at": self.at,
        }
        self._new("signature", signature["id"], facts)
        if "scan" in body:
            self._scan_kept(body)

    def _scan_kept(self, body: Row) -> None:
        scan = body["scan"]
        facts = {
            "notice_id": body["paper"]["id"],
            "name": scan["name"],
            "media_type": scan["type"],
            "size": scan["size"],
            "digest": scan["digest"],
            "by_id": self.actor,
            "at": self.at,
        }
        self._new("scan", scan["id"], facts)

    def _accepted(self, body: Row) -> None:
        self.case |= {
            "promised_due": body["promised_due"],
            "statutory_due": body["statutory_due"],
            "accepted_on": body.get("counted_from") or self._today(),
            "received_on": self.case["received_on"] or self._today(),
            "tell_by": None,
        }
        self._renewal(body)
        self._drop_filings()
        for part in body.get("parts", ()):
            self._asked_part(part)

    def _asked_part(self, part: Row) -> None:
        """A unit is asked; a step that the acceptance itself was is done with it."""
        is_done = part["state"] == "answered"
        facts = {
            "position": part["position"],
            "name": part["name"],
            "unit": part["unit"],
            "is_lead": part["lead"],
            "window_id": part["window"]["id"] if part["window"] else None,
            "person_id": part["person"]["id"] if part["person"] else None,
            "turn": self.case["reopened"],
            "asked_at": self.at,
            "opinion": "agree" if is_done else "",
            "answered_by_id": self.actor if is_done else None,
            "answered_at": self.at if is_done else None,
            "ended_at": None,
        }
        self._new("part", part["id"], facts | _dates(part))

    def _part(self, part: Row, texts: Texts | None = None, **facts: Any) -> None:
        self._settle("part", part["id"], _dates(part) | facts, texts)

    def _begun(self, body: Row) -> None:
        for part in body["begun"]:
            self._part(part)

    def _opinion(self, body: Row, opinion: str, texts: Texts | None = None) -> None:
        answered = {"answered_by_id": self.actor, "answered_at": self.at}
        self._part(body["part"], texts, opinion=opinion, **answered)
        self._begun(body)

    def _opinion_given(self, body: Row) -> None:
        self._opinion(body, body["opinion"], self._texts())
        self._objection_opened(body)

    def _silence_noted(self, body: Row) -> None:
        self._opinion(body, "silence")

    def _objection_opened(self, body: Row) -> None:
        opened = body["objection"]
        if opened is None:
            return
        facts = {
            "part_id": body["part"]["id"],
            "level": opened["level"],
            "due_on": opened["due_on"],
            "opened_at": self.at,
            "outcome": "",
            "settled_by_id": None,
            "settled_at": None,
        }
        self._new("objection", opened["id"], facts)

    def _objection_settled(self, body: Row) -> None:
        outcome = {
            "outcome": body["outcome"],
            "settled_by_id": self.actor,
            "settled_at": self.at,
        }
        self._settle("objection", body["settled"]["id"], outcome, self._texts())
        self._part(body["part"])
        self._begun(body)
        self._parts_ended(body["ended"])
        self._objection_opened(body)

    def _parts_ended(self, parts: list[int]) -> None:
        for part in parts:
            self._settle("part", part, {"state": "void", "ended_at": self.at})

    def _timetable_changed(self, body: Row) -> None:
        for part in body["changed"]:
            self._part(part)

    def _renewal(self, body: Row) -> None:
        renewal = body.get("renewal")
        if renewal:
            expires_on = renewal["expires_on"]
            self.case["expires_on"] = expires_on
            self.case["renews_after"] = expires_on if renewal["in_time"] else None

    def _today(self) -> str:
        """The day of this event."""
        return timezone.localdate(self.at).isoformat()

    def _counted_again(self, body: Row) -> None:
        self.case["promised_due"] = body["promised_due"]
        self.case["statutory_due"] = body["statutory_due"]

    def _clock_stopped(self, body: Row) -> None:
        stop = body["stop"]
        facts = {
            "ground": stop["ground"],
            "limit_days": stop["limit_days"],
            "began_on": timezone.localdate(self.at).isoformat(),
            "by_id": self.actor,
            "at": self.at,
            "resumed_on": None,
            "resumed_by_id": None,
            "resumed_at": None,
        }
        self._new("stop", stop["id"], facts, self._texts())
        self._counted_again(body)

    def _resumed(self, stop: int) -> None:
        outcome = {
            "resumed_on": timezone.localdate(self.at).isoformat(),
            "resumed_by_id": self.actor,
            "resumed_at": self.at,
        }
        self._settle("stop", stop, outcome)

    def _clock_resumed(self, body: Row) -> None:
        self._resumed(body["stop"]["id"])
        self._counted_again(body)

    def _extended(self, body: Row) -> None:
        facts = {
            "days": body["extension"]["days"],
            "by_id": self.actor,
            "at": self.at,
        }
        self._new("extension", body["extension"]["id"], facts, self._texts())
        self._counted_again(body)

    def _dates_moved(self, body: Row) -> None:
        self._counted_again(body)
        self.case["tell_by"] = body["tell_by"]

    def _asked_once(self, body: Row) -> None:
        self.case["second_notices"] += body["second"]
        self.case["received_on"] = self.case["received_on"] or self._today()
        self.case["tell_by"] = None

    def _papers_received(self, body: Row) -> None:
        for column in ("received_on", "tell_from", "tell_by", "limits"):
            self.case[column] = body[column]
        self._renewal(body)

    def _answered(self, body: Row) -> None:
        answer = body["answer"]
        self._new(
            "answer",
            answer["id"],
            {"kind": answer["kind"], "by_id": self.actor, "at": self.at},
            self._texts(),
        )
        self._parts_ended(body.get("parts_ended", []))
        self.case["final_answer_id"] = answer["id"]
        self.case["limbo_since"] = None
        self.case["tell_by"] = None
        if answer["kind"] == "direction":
            self._checked_back("reached")
        if answer["kind"] == "withdrawn" or body.get("renewed_after"):
            self._drop_filings()
        if answer["kind"] == "refusal":
            for row in self.rows["filing"].values():
                row.told = row.told or row.facts["state"] == "approved"
        self.case["to_deliver"] = body.get("to_deliver", False)
        self._withdrawn_with(body)
        if body.get("stop_ended"):
            self._resumed(body["stop_ended"])
        if body["closed"]:
            self._close(body["closed"])

    def _delivered(self, body: Row) -> None:
        self._sent(body, "delivered")
        self._arrived(body)

    def _posted(self, body: Row) -> None:
        self._sent(body, "under_way")

    def _sent(self, body: Row, state: str) -> None:
        facts = dict(body["delivery"])
        key = facts.pop("id")
        has_arrived = state == "delivered"
        self._new(
            "delivery",
            key,
            {
                **facts,
                "answer_id": self.case["final_answer_id"],
                "by_id": self.actor,
                "at": self.at,
                "state": state,
                "settled_on": self._today() if has_arrived else None,
                "settled_by_id": self.actor if has_arrived else None,
                "settled_at": self.at if has_arrived else None,
            },
            self._texts(),
        )

    def _post_settled(self, body: Row, state: str) -> None:
        outcome = {
            "state": state,
            "settled_on": body["delivery"]["on"],
            "settled_by_id": self.actor,
            "settled_at": self.at,
        }
        self._settle("delivery", body["delivery"]["id"], outcome, self._texts())

    def _post_arrived(self, body: Row) -> None:
        self._post_settled(body, "delivered")
        self._arrived(body)

    def _post_came_back(self, body: Row) -> None:
        self._post_settled(body, "failed")

    def _arrived(self, body: Row) -> None:
        self.case["to_deliver"] = False
        if body["closed"]:
            self._close(body["closed"])

    def _unit_refused(self, body: Row) -> None:
        facts = {"kind": "refusal", "by_id": self.actor, "at": self.at}
        self._new("answer", body["answer"]["id"], facts, self._texts())
        self.rows["filing"][body["filing"]].told = True

    def _drop_filings(self) -> None:
        for row in self.rows["filing"].values():
            if row.facts["state"] in ("proposed", "approved") and not row.told:
                row.facts["state"] = "dropped"

    def _withdrawn_with(self, body: Row) -> None:
        if body.get("withdrawn_referral"):
            self._settled(body["withdrawn_referral"], "withdrawn")

    def _close(self, rule: str) -> None:
        self._end_span()
        self.case["closed_at"] = self.at
        self.case["close_rule"] = rule

    def _directed(self, body: Row) -> None:
        self._new(
            "direction",
            body["direction"],
            {
                "department_id": body["unit"]["id"],
                "unit": body["unit"]["name"],
                "by_id": self.actor,
                "at": self.at,
                "state": "waiting",
                "checked_by_id": None,
                "checked_at": None,
            },
            self._texts(),
        )

    def _checked_back(self, state: str, texts: Texts | None = None) -> None:
        outcome = {"state": state, "checked_by_id": self.actor, "checked_at": self.at}
        waiting = self._waiting("direction", "checked_at")
        self._settle("direction", waiting, outcome, texts)

    def _check_back_failed(self, body: Row) -> None:
        self._checked_back("failed", self._texts())

    def _negative_proposed(self, body: Row) -> None:
        facts = {
            "proposed_by_id": self.actor,
            "proposed_at": self.at,
            "state": "proposed",
            "decided_by_id": None,
            "decided_at": None,
            "part_id": body.get("part"),
        }
        self._new("filing", body["filing"], facts, self._texts())

    def _decided(self, body: Row, state: str) -> None:
        outcome = {"state": state, "decided_by_id": self.actor, "decided_at": self.at}
        texts = self._texts(decision_reason="reason")
        self._settle("filing", body["filing"], outcome, texts)

    def _negative_approved(self, body: Row) -> None:
        self._decided(body, "approved")

    def _negative_overruled(self, body: Row) -> None:
        self._decided(body, "overruled")

    def _call(self, body: Row) -> None:
        facts = {"outcome": body["outcome"], "by_id": self.actor, "at": self.at}
        texts = self._texts(remark="remark")
        self._new("call", len(self.rows["call"]), facts, texts)

    def _not_reached(self, body: Row) -> None:
        self._call(body)

    def _closed(self, body: Row) -> None:
        self._call(body)
        self._close(CloseRule.CALLED_BACK)

    def _appointed(self, body: Row, kind: str) -> None:
        facts = {
            "kind": kind,
            "clerk_id": body["span"]["clerk"]["id"],
            "instead_of_id": body["instead_of"]["id"],
            "named_by_id": self.actor,
            "at": self.at,
        }
        texts = self._texts(reason="reason")
        self._new("appointment", body["appointment"], facts, texts)
        self.case["limbo_since"] = None
        self._begin_span(body, appointment_id=body["appointment"])

    def _reopened(self, body: Row) -> None:
        self._call(body)
        self._appointed(body, "reopening")
        self._papers_received(body)
        self.case |= dict.fromkeys(
            ("final_answer_id", "accepted_on", "promised_due", "statutory_due")
        )
        self.case["reopened"] += 1

    def _green_opened(self, body: Row) -> None:
        self.case["is_green"] = True
        facts = {
            "acceptor_id": body["acceptor"]["id"],
            "chaser_id": body["chaser"]["id"],
            "by_id": self.actor,
            "at": self.at,
            "chased_at": None,
            "ended_by_id": None,
            "ended_at": None,
        }
        self._new("green", body["green"], facts)

    def _green_ended(self, body: Row) -> None:
        self.case |= {"is_green": False, "green_days": 0}
        outcome = {"ended_by_id": self.actor, "ended_at": self.at}
        self._settle("green", body["green"], outcome, self._texts(end_reason="reason"))

    def _chased(self, body: Row) -> None:
        self._settle("green", body["green"], {"chased_at": self.at})

    def _substituted(self, body: Row) -> None:
        self._withdrawn_with(body)
        self._appointed(body, "substitution")


def _dates(part: Row) -> Row:
    """Return how a part stands and runs, as its event says."""
    return {name: part[name] for name in ("state", "days", "starts_on", "due_on")}


_BY_ORDER = ("question", "call", "deadline", "pass")
"""Tables whose rows the events count instead of naming them."""


_KEYS = {"paper": "position"}
"""What events call a row of a table, where it is not its id."""


def _projection(
    case: Row, events: list[Row], tables: dict[str, list[Row]]
) -> Iterator[Finding]:
    """Replay the events of a case, and compare with what its tables hold."""
    replay = _Replay()
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
    if not _name_fits(case, replay.name, tables["applicant"]):
        yield wrong("the name of the applicant is not the one that was recorded")


def _bytes(replay: _Replay, tables: dict[str, list[Row]]) -> Iterator[tuple[int, str]]:
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
    table: str, expected: Mapping[Any, _Expected], kept: list[Row], salt: Any
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


def _different(expected: _Expected, row: Row, salt: Any) -> Iterator[str]:
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
    """Dates as the events write them; everything else as it is."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return value


def _name_fits(case: Row, commitment: str, rows: list[Row]) -> bool:
    """Whether a name that was written right is the one that was committed to."""
    if not commitment or case["salt"] is None or not rows:
        return True
    kept, row = rows[0], vault.applicant_row(case["id"])
    if kept["name_sealed"] is None:  # erased (evidence.md 7)
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
