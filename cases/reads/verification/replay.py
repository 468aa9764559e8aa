"""The replay: what the tables of a case must hold, by what its events say."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from cases.lifecycle import CloseRule

from .findings import Row

Texts = dict[str, tuple[str, str]]
"""Column of a table -> the name of a text in its event, and the commitment to it."""


@dataclass(slots=True)
class Expected:
    """A row as the events tell it; `texts` has for a column what was committed to."""

    seq: int
    facts: Row
    texts: Texts = field(default_factory=dict)
    told: bool = False


_CONTENTS = {"notice": "content", "omission": "omission", "table": "table"}
"""Papers that an event may name -> the name of its commitment to what they say."""


class Replay:
    """Plays the events of a case and remembers what its tables must hold."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Any, Expected]] = defaultdict(dict)
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
            "bundled": None,
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
        self.name = self.name_digest = ""

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
        for part in body.get("parts_moved", ()):
            self._part(part)
        for one in body.get("objections_moved", ()):
            self._settle("objection", one["id"], {"due_on": one["due_on"]})
        for column in ("passed", "passed_by"):
            for other in body.get(column, ()):
                self._passed(column, other)
        self.case["green_days"] = body.get("green_days", self.case["green_days"])
        for row in body.get("deadlines", ()):
            set_now = row | {"set_at": self.at}
            self._new("deadline", len(self.rows["deadline"]), set_now)
        for paper in body.get("papers", ()):
            self._paper(*paper)
        if "bundled" in body:
            self.case["bundled"] = body["bundled"]
        self.case["state"] = body["state"]
        self.case["due_on"] = body["due_on"]

    def _passed(self, column: str, other: int) -> None:
        """Expect a precedence, told by whichever of both came to it (R2.83)."""
        is_later = column == "passed_by"
        facts = {
            "case_id" if is_later else "over_id": other,
            "is_later": is_later,
            "at": self.at,
        }
        self._new("pass", len(self.rows["pass"]), facts)

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
        self.rows[table][key] = Expected(self.seq, facts, texts or {})

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
        self.name_digest = body.get("digest", "")
        if self.name_digest:
            facts["digest"] = self.name_digest
        texts = self._texts(reason="reason")
        self._new("correction", body["correction"], facts, texts)
        self.name = self.said.get("name", "")  # as events said it before the digest

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
        laws = {one["item"]: one["law"] for one in body.get("bundled", ())}
        for part in body.get("parts", ()):
            law_days, law_unit = laws.get(part.get("item"), (None, ""))
            agrees = body.get("silence_agrees", False) and not part.get("lead", False)
            self._asked_part(
                part,
                {"law_days": law_days, "law_unit": law_unit, "silence_agrees": agrees},
            )

    def _asked_part(self, part: Row, asked: Row) -> None:
        """A unit is asked; a step that the acceptance itself was is done with it."""
        is_done = part["state"] == "answered"
        facts = {
            "position": part["position"],
            "name": part["name"],
            "unit": part["unit"],
            "is_lead": part.get("lead", False),
            "item_id": part.get("item"),
            "window_id": part["window"]["id"] if part["window"] else None,
            "person_id": part["person"]["id"] if part["person"] else None,
            "turn": self.case["reopened"],
            "asked_at": self.at,
            "opinion": "agree" if is_done else "",
            "answered_by_id": self.actor if is_done else None,
            "answered_at": self.at if is_done else None,
            "ended_at": None,
        }
        self._new("part", part["id"], facts | asked | _dates(part))

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
        # What the hall said then; events of before did not say it (R4.78).
        if not body.get("silence_agrees", True):
            raise ValueError("silence did not agree in this hall")
        self._opinion(body, "silence")

    def _objection_opened(self, body: Row) -> None:
        opened = body["objection"]
        if opened is None:
            return
        facts = {
            "part_id": body["part"]["id"],
            "level": opened["level"],
            "days": opened["days"],
            "due_on": opened["due_on"],
            "opened_at": self.at,
            "outcome": "",
            "settled_by_id": None,
            "settled_at": None,
        }
        self._new("objection", opened["id"], facts)

    def _objection_ended(
        self, objection: int, outcome: str, texts: Texts | None = None
    ) -> None:
        facts = {
            "outcome": outcome,
            "settled_by_id": self.actor,
            "settled_at": self.at,
        }
        self._settle("objection", objection, facts, texts)

    def _objection_settled(self, body: Row) -> None:
        self._objection_ended(body["settled"]["id"], body["outcome"], self._texts())
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
        for objection in body.get("objections_ended", ()):
            self._objection_ended(objection, "ended")
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
            "proof": body["delivery"].get("proof", ""),
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
        if "objection" in body:
            self._part(body["part"])
            for part in body["revived"]:
                self._part(part, ended_at=None)
            self._objection_opened(body)

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

    def _green_gave_way(self, body: Row) -> None:
        pass

    def _chased(self, body: Row) -> None:
        self._settle("green", body["green"], {"chased_at": self.at})

    def _substituted(self, body: Row) -> None:
        self._withdrawn_with(body)
        self._appointed(body, "substitution")


def _dates(part: Row) -> Row:
    """Return how a part stands and runs, as its event says."""
    return {name: part[name] for name in ("state", "days", "starts_on", "due_on")}
