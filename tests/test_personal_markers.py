"""Field level: who sees which part of a person's data, on any page, in any export.

Check 29, and of 44, 76 and 77 what belongs to it. The applicant of every case of the
world has names and numbers of his own; they are looked for in the bytes of each
answer, in the log and in the tables.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from tests import bodies
from tests import permissions as table
from tests.test_headers import address
from tests.world import MARKED, WORDS, World, case_address, undone

PAGES = table.pages()
CLEAR = {
    "name": MARKED.name,
    "identity": str(MARKED.identity),
    "telephone": str(MARKED.telephone),
    "agent": MARKED.agent_name,
    "agent's identity": str(MARKED.agent_identity),
    "agent's telephone": str(MARKED.agent_telephone),
}
"""In clear these are in no answer but the one to a reveal on record."""

READERS = ["holder", "mate", "supervisor", "auditor", "administrator", "other"]
STRANGERS = ["other", "theirs", "their_supervisor", "their_auditor", "administrator"]


def in_bytes(content: bytes) -> list[str]:
    """Which of the markers stand in an answer, be it packed or not."""
    texts = [content]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            texts = [book.read(name) for name in book.namelist()]
    return [
        what
        for what, value in {**CLEAR, "words": WORDS}.items()
        if any(value.encode() in text for text in texts)
    ]


@pytest.mark.parametrize("person", READERS)
def test_no_page_shows_personal_data_in_clear(world: World, person: str) -> None:
    """Check 29: every page that opens to this person; words only with the case."""
    for name in PAGES:
        response = world.client(person).get(address(world, name))
        assert in_bytes(response.content) in ([], ["words"]), name
        # The other one's unit is asked for its opinion: the words are on the desk.
        is_asked = person == "other" and name in {"desk", "desk_poll"}
        if person in {"administrator", "other"} and not is_asked:
            assert in_bytes(response.content) == [], name


@pytest.mark.parametrize("state", ["asked", "offered", "filed", "answered", "closed"])
def test_the_page_of_a_case_masks_the_person(world: World, state: str) -> None:
    """Check 29: name, paper and telephone are masked; the words are shown."""
    url = reverse("case", args=[world.cases[state]])
    for person in ("holder", "supervisor", "auditor"):
        response = world.client(person).get(url)
        assert response.status_code == 200
        assert in_bytes(response.content) == ["words"], person
        assert MARKED.name[0] in response.text
    for person in STRANGERS:
        assert in_bytes(world.client(person).get(url).content) == []


@pytest.mark.parametrize("act", table.acts())
def test_no_form_of_a_case_shows_personal_data(world: World, act: str) -> None:
    """Check 29: the open form, the refusal, and the refusal of a wrong form."""
    state, person = next(
        (state, min(who)) for state, who in table.may(act).items() if who
    )
    url = case_address(act, world.cases[state])
    client = world.client(person)
    with undone():
        for response in (client.get(url), client.post(url, {"offer": "x"})):
            assert in_bytes(response.content) in ([], ["words"])


def test_a_reveal_shows_all_of_it_once_and_is_kept(world: World) -> None:
    """Check 29: on purpose, for a reason, on record; the next page masks again."""
    case = world.cases["asked"]
    url, body = reverse("case_reveal", args=[case]), {"reason": "需电话联系申请人"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_openedrecord")
        before = cursor.fetchone()[0]
    response = world.client("holder").post(url, body)
    shown = in_bytes(response.content)
    assert {"name", "identity", "telephone", "agent"} <= set(shown)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_openedrecord")
        assert cursor.fetchone()[0] == before + 1
    assert in_bytes(world.client("holder").get(url).content) == ["words"]
    for person in ("auditor", "administrator", "other", "nobody"):
        response = world.client(person).post(url, body)
        assert in_bytes(response.content) == []
        assert response.status_code in {302, 403, 404}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("person", ["supervisor", "auditor"])
def test_no_export_holds_personal_data(world: World, person: str, kind: str) -> None:
    """Check 29: neither the person nor the words."""
    body = {"reason": "月度核查用", "kind": kind}
    response = world.client(person).post(reverse("ledger_export"), body)
    assert response.status_code == 200
    assert len(response.content) > 500
    assert in_bytes(response.content) == []


def test_a_search_finds_the_person_and_repeats_no_number(world: World) -> None:
    """Check 29: by telephone and by paper; the list shows neither."""
    for words in (MARKED.telephone, MARKED.identity):
        client = world.client("supervisor")
        response = client.post(reverse("ledger_search"), {"q": words}, follow=True)
        assert response.status_code == 200
        page = response.content.replace(f'value="{words}"'.encode(), b"")
        assert b"/cases/" in page
        assert set(in_bytes(page)) <= {"words"}


def test_the_log_knows_nobody(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Check 29, 76: whatever is asked, refused or broken, no value reaches the log."""
    caplog.set_level("DEBUG")
    typed: dict[str, Any] = {
        "words": WORDS,
        "name": MARKED.name,
        "identity_kind": "resident_id",
        "identity": MARKED.identity,
        "telephone": MARKED.telephone,
        "agent_name": MARKED.agent_name,
        "agent_telephone": MARKED.agent_telephone,
        "channel": "counter",
        "kind": "person",
        "do": "save",
    }
    holder = world.client("holder")
    sent = [
        (holder, "new_case", {**typed, **bodies.stamp(world.people["holder"])}),
        (holder, "new_case", {**typed, "identity": MARKED.identity[:-1] + "0"}),
        (holder, "new_case", {**typed, "telephone": MARKED.telephone + "\0"}),
        (holder, "lookup", {"words": f"{WORDS}{MARKED.name}"}),
        (world.client("supervisor"), "ledger_search", {"q": MARKED.name}),
        (world.client("administrator"), "new_case", typed),
        (world.client("nobody"), "progress", {"number": MARKED.identity, "code": "x"}),
        (world.client("nobody"), "login", {"staff_number": MARKED.name}),
    ]
    case = world.cases["asked"]
    for client, name, form in sent:
        client.post(reverse(name), form)
    text = {"text": f"{MARKED.name}，{MARKED.telephone}"}
    for person in ("holder", "mate", "other"):
        client = world.client(person)
        client.post(reverse("case_answer", args=[case]), text)
        client.post(reverse("case_reveal", args=[case]), {"reason": "需电话联系"})
        client.get(reverse("case", args=[case]), {"q": MARKED.name})
        client.get(f"/nowhere/?{MARKED.telephone}")
    log = "\n".join(
        f"{record.getMessage()} {record.args!r} {vars(record)!r}"
        for record in caplog.records
        if not record.name.startswith("django.db")
    )
    assert log
    for what, value in {**CLEAR, "words": WORDS}.items():
        assert value not in log, what


def test_no_table_holds_personal_data_in_clear(world: World) -> None:
    """Check 29, 65, 77: neither the events nor any other table, histories included."""
    assert world.cases
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) > 40
        wanted = [f"%{value}%" for value in [*CLEAR.values(), WORDS]]
        found = []
        for name in tables:
            quoted = connection.ops.quote_name(name)
            query = f"SELECT count(*) FROM {quoted} t WHERE t::text LIKE ANY (%s)"
            cursor.execute(query, [wanted])
            if cursor.fetchone()[0]:
                found.append(name)
    assert found == []
