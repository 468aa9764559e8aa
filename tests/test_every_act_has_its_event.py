"""No act without its event, and no event without its act (checks 64 to 66)."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection

from cases import actions, evidence, vault
from cases.actions import answering
from cases.models import CaseEvent
from tests.acts import ACTS
from tests.cast import APPLICANT, WORDS, Cast
from tests.make_cases import NEGATIVE, REFUSAL, TEXT, Story

BESIDE = {"cases_formkey", "cases_papernumber", "cases_openedrecord", "cases_clock",
          "cases_savedsearch", "cases_calendarrelease",
          "cases_paperprint"}  # fmt: skip
"""Tables that are no part of a case: kept apart from its history on purpose."""

READING = {"open_applicant", "record_export", "keep_search", "print_paper",
           "open_signatures", "open_scan"}  # fmt: skip
"""Reading is recorded apart from the chain (evidence 6)."""

CONFIGURING = {"release_calendar"}
"""What an administrator does to no case: its own row says who, when and why."""

PART_OF_ANOTHER = {"tell_direction", "issue"}
"""Shared steps, called inside the transactions of other acts."""


class Broken(Exception):
    """The fault that a test put there."""


def _tables() -> list[str]:
    return [
        table
        for table in connection.introspection.table_names()
        if table.startswith("cases_") and table not in BESIDE
    ]


def _changed_since(xid: int) -> dict[str, list[tuple[int, int]]]:
    """The rows written since a transaction: table -> (case, transaction) of each."""
    found = {}
    with connection.cursor() as cursor:
        for table in _tables():
            key = "id" if table == "cases_case" else "case_id"
            cursor.execute(
                f"SELECT {key}, xmin::text::bigint FROM {table}"
                " WHERE xmin::text::bigint > %s",
                [xid],
            )
            if rows := cursor.fetchall():
                found[table] = rows
    return found


def _xid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{t}', count(*) FROM {t}" for t in _tables())
        )
        return dict(cursor.fetchall())


def _fails(*args: Any, **kwargs: Any) -> None:
    raise Broken


FAULTS: dict[str, tuple[Any, str, Any, type[Exception]]] = {
    "the event cannot be built": (evidence, "body_text", _fails, Broken),
    "the event cannot be signed": (evidence, "sign", _fails, Broken),
    "the database refuses the event": (
        evidence, "sign", lambda digest: b"short", IntegrityError,
    ),
    "the event is forgotten": (
        CaseEvent.objects, "create", lambda **facts: None, IntegrityError,
    ),
}  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ACTS)
def test_an_act_and_its_event_stand_or_fall_together(
    name: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checks 64 and 66: a fault at the event leaves nothing; else one event, one act.

    Every row that the act changed belongs to the case of that event, and was written
    in its transaction.
    """
    story, act = Story(cast), ACTS[name]
    target = act.prepare(story)
    before, counts = _xid(), _counts()
    for where, attribute, instead, error in FAULTS.values():
        with monkeypatch.context() as fault:
            fault.setattr(where, attribute, instead)
            with pytest.raises(error):
                act.do(story, target)
        assert _changed_since(before) == {}
        assert _counts() == counts
    events = CaseEvent.objects.count()
    act.do(story, target)
    assert CaseEvent.objects.count() == events + 1
    changed = _changed_since(before)
    [event] = changed["cases_caseevent"]
    assert len(changed) >= 2, "the event and at least the head of its case"
    assert {row for rows in changed.values() for row in rows} == {event}


def _public(module: Any) -> dict[str, Callable[..., Any]]:
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "by" in inspect.signature(function).parameters
    }


def test_every_action_is_in_the_table_of_acts() -> None:
    """Check 64: an action that is not listed would not be looked at."""
    found = {
        name: function
        for module in pkgutil.iter_modules(actions.__path__)
        if not module.name.startswith("_")
        for name, function in _public(
            importlib.import_module(f"cases.actions.{module.name}")
        ).items()
    }
    listed = {act.function.__name__ for act in ACTS.values()}
    assert set(found) - READING - CONFIGURING - PART_OF_ANOTHER == listed
    for name in set(found) - PART_OF_ANOTHER:
        parameters = inspect.signature(found[name]).parameters
        assert parameters["by"].kind is inspect.Parameter.KEYWORD_ONLY, name
        assert parameters["by"].default is inspect.Parameter.empty, name


PERSONAL = (
    APPLICANT.name, APPLICANT.identity, APPLICANT.telephone, WORDS, TEXT, REFUSAL,
    NEGATIVE.reason, NEGATIVE.basis, NEGATIVE.made_possible_by, NEGATIVE.other_way,
    NEGATIVE.remedies, "属户政", "不是我处", "没办好", "生病", "身份证", "属供电",
    "政策不明", "可以办", "申请人自愿撤回", "漏了一项",
)  # fmt: skip
"""What was said and told in the acts; none of it may stand in an event."""


@pytest.mark.django_db(transaction=True)
def test_an_event_says_who_where_when_and_nothing_personal(cast: Cast) -> None:
    """Check 65: fields complete, in UTC, within 2,000 bytes, no word of a person."""
    for act in ACTS.values():
        story = Story(cast)
        act.do(story, act.prepare(story))
    events = list(CaseEvent.objects.select_related("actor", "window"))
    assert len({event.kind for event in events}) >= 20
    for event in events:
        body = json.loads(event.body)
        person = event.actor
        assert body["actor"] == {
            "no": person.staff_number, "name": person.name, "title": person.title,
        }  # fmt: skip
        place = event.window
        assert body["window"] == (
            {"no": place.number, "name": place.name} if place else None
        )
        assert body["state"]
        assert "due_on" in body
        for commitment in body["commit"].values():
            assert len(bytes.fromhex(commitment)) == 32
        assert event.at.tzinfo is dt.UTC
        assert event.key_id == evidence.current_key_id()
        assert (event.hash_alg, event.sig_alg, event.fmt) == ("sha256", "ed25519", 1)
        assert len(event.body.encode()) <= 2000
        for words in PERSONAL:
            assert words not in event.body, event.kind
            assert words.encode().hex() not in event.body


@pytest.mark.django_db(transaction=True)
def test_the_length_of_a_text_does_not_lengthen_its_event(cast: Cast) -> None:
    """Check 65, size bound: texts are committed to, not copied."""
    story = Story(cast)
    long = story.ask()
    answering.answer_case(long.pk, text=TEXT * 250, by=cast.wang, at=story.at())
    event = CaseEvent.objects.filter(case=long).latest("seq")
    assert len(event.body.encode()) <= 2000


def test_the_same_text_is_committed_to_differently_in_two_cases() -> None:
    """Evidence 1: a bare hash of an identity number is undone in seconds."""
    text = APPLICANT.identity
    one, two = (
        vault.commit("event", "words", vault.new_salt(), text) for _ in range(2)
    )
    assert one != two
