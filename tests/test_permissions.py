"""Every address x person x object x method, against the table in permissions.py.

Check 25 (matrix), 26 (another's ids), 40 (GET changes nothing), 28 (sending without
having been shown a form). A full run of every cell: HALL_FULL=1.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import bodies
from tests import permissions as table
from tests.world import PAPERS, World, case_address, undone

FULL = bool(os.environ.get("HALL_FULL"))
PAGES = table.pages()
CASE_PAGES = [*table.READ_A_CASE, *table.acts()]
ONE_IN = {"shown": 16, "rule": 32, "404": 12}
"""Of the cells that read a case to answer so, one in so many; all with HALL_FULL=1.

Cells in which something is done are never left out, and the sample is the same each
time, so that a failure comes again.
"""


def names(patterns: Any, space: str = "") -> Iterator[str]:
    """Every name in the URL map."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"


def outcome_of(response: HttpResponseBase) -> str:
    """An answer in the words of the table."""
    status, target = response.status_code, response.headers.get("Location", "")
    if status == 302 and target.startswith(reverse("login") + "?next="):
        return "sign in"
    if status == 302 and target == reverse("password"):
        return "first password"
    return {200: "shown", 204: "done", 302: "moved", 400: "wrong", 422: "wrong"}.get(
        status, "rule" if status == 409 else str(status)
    )


def is_as_said(expected: str, got: str) -> bool:
    """Whether an answer is what the table says."""
    if expected == "done":
        return got in {"moved", "shown", "done"}
    if expected == "rule":
        # The sentence stands on the page or beside its field.
        return got in {"rule", "wrong"}
    return got == expected


def written() -> int:
    """How many rows this transaction has written so far, those undone included.

    Sessions aside: the sign of life and the messages of a page live there.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
            " FROM pg_stat_xact_user_tables WHERE relname <> 'django_session'"
        )
        return int(cursor.fetchone()[0])


def standing() -> tuple[Any, ...]:
    """What nobody may have moved where a rule said no; undone writes are no matter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM cases_caseevent),"
            " (SELECT sum(head_seq) FROM cases_case),"
            " (SELECT string_agg(state || coalesce(holder_id::text, '')"
            "   || coalesce(current_span::text, ''), ',' ORDER BY id)"
            "   FROM cases_case),"
            " (SELECT count(*) FROM cases_openedrecord),"
            " (SELECT count(*) FROM cases_referral WHERE state = 'pending'),"
            " (SELECT max(history_id) FROM windows_historicalclerk),"
            " (SELECT max(history_id) FROM windows_historicalwindow),"
            " (SELECT max(history_id) FROM windows_historicalserviceitem),"
            " (SELECT max(history_id) FROM windows_historicalposting),"
            " (SELECT max(history_id) FROM windows_historicalresponsibility),"
            " (SELECT count(*) FROM windows_importrun)"
        )
        return tuple(cursor.fetchone())


@dataclass(frozen=True)
class Cell:
    """One request and what the table says of it."""

    label: str
    person: str
    method: str
    url: str
    body: Any
    expected: str

    @property
    def may_write(self) -> bool:
        """Whether the table lets this request write anything, if only to undo it."""
        return self.method == "POST" and (
            self.url == COUNTS
            or self.expected in {"done", "rule", "wrong", "moved", "shown"}
        )

    def send(self, world: World) -> str:
        client = world.client(self.person)
        if self.method == "GET":
            return outcome_of(client.get(self.url))
        return outcome_of(client.post(self.url, self.body))

    def __str__(self) -> str:
        return f"{self.label:9} {self.person:14} {self.method:4} {self.expected}"


def faults_of(world: World, cells: Sequence[Cell]) -> list[str]:
    """Send every cell; what is not as the table says.

    Requests that may write are undone one by one. All others together must not have
    written a single row; if they have, they are sent again to find out which.
    """
    faults = []
    quiet = [cell for cell in cells if not cell.may_write]
    before = written()
    for cell in quiet:
        got = cell.send(world)
        if not is_as_said(cell.expected, got):
            faults.append(f"{cell} but {got}")
    if written() != before:
        for cell in quiet:
            before = written()
            cell.send(world)
            if written() != before:
                faults.append(f"{cell} but something was written")
    for cell in cells:
        if cell.may_write:
            fault = _fault_of(world, cell)
            if fault:
                faults.append(f"{cell} but {fault}")
    return faults


def _fault_of(world: World, cell: Cell) -> str:
    """Send one request that may write, and undo it."""
    must_stand = cell.expected in {"rule", "wrong"}
    must_write = cell.expected == "done" and cell.url not in QUIET
    with undone():
        rows = written() if must_write else 0
        before = standing() if must_stand else ()
        got = cell.send(world)
        if not is_as_said(cell.expected, got):
            return got
        if must_stand and standing() != before:
            return f"{got}, and something was changed"
        if must_write and written() == rows:
            return f"{got}, and nothing was done"
    return ""


COUNTS = "/unlock/"
"""A wrong password is counted, and so something is written."""

QUIET = {"/alive/", "/language/", "/desk/window/", "/config/matrix/reason/"}
"""Doing this leaves no row: a sign of life, a choice, what is so already."""


def is_left_out(act: str, state: str, person: str, method: str, outcome: str) -> bool:
    """Whether a dear cell is for the full run only."""
    if FULL:
        return False
    if outcome == "done":
        # Whoever sees a case may open the person's data: the same in every state.
        return act == "case_reveal" and state not in {"asked", "offered", "closed"}
    if outcome not in ONE_IN:
        return state != "asked"  # refused before anybody asks for the case
    if (outcome, method) == ("rule", "POST"):
        # Where somebody else may: only the rule stands between this person and the act.
        allowed = table.may(act)
        return state != next((one for one in allowed if allowed[one]), "")
    cell = f"{act} {state} {person} {method}"
    return zlib.crc32(cell.encode()) % ONE_IN[outcome] != 0


def test_every_address_stands_in_the_table() -> None:
    """Check 25: a new address fails until somebody has said who may open it."""
    resolver = get_resolver()
    assert sorted(names(resolver.url_patterns)) == sorted([*PAGES, *CASE_PAGES])


def test_everybody_in_the_table_exists(world: World) -> None:
    """Check 25: no line of the table is about nobody."""
    assert set(table.PEOPLE) == {*world.people, "nobody"}
    assert set(world.cases) == set(table.SEES)
    for act in table.acts():
        assert set(table.may(act)) == set(table.SEES)
        for state, who in table.may(act).items():
            assert who <= table.SEES[state], (act, state)


@pytest.mark.parametrize("act", CASE_PAGES)
def test_a_case_opens_and_moves_for_whom_the_table_names(
    world: World, act: str
) -> None:
    """Check 25, 26, 28: an act on a case in every state, with a whole valid form.

    Whoever does not see the case gets 404, whoever sees it and may not act meets the
    sentence of the rule; in both cases nothing is written.
    """
    cells = []
    for state, person, method, expected in table.case_cells(act):
        if is_left_out(act, state, person, method, expected):
            continue
        number = world.cases[state]
        body = bodies.case_body(world, act, number, person) if method == "POST" else {}
        url = case_address(act, number)
        cells.append(Cell(state, person, method, url, body, expected))
    faults = faults_of(world, cells)
    assert not faults, "\n".join(faults)


def arguments(world: World, page: table.Page, whose: str) -> list[Any]:
    """What stands in the address: one of ours, of theirs, or of nobody."""
    if page.of == "-":
        return []
    objects = {"own": world.own, "theirs": world.theirs, "unknown": {}}[whose]
    if page.of == "cell":
        return [world.own["item"], objects.get("window", 987654321)]
    kind, _comma, rest = page.of.partition(",")
    if not rest:
        stem = page.name.removeprefix("windows:")
        kinds = [*world.own]
        kind = next(one for one in kinds if stem == one or stem.startswith(f"{one}_"))
    pk = objects.get(kind, 987654321)
    return ["clerk", pk] if page.name == "windows:history" else [pk]


def page_body(world: World, page: table.Page, url: str, *, of_theirs: bool) -> Any:
    """What the form on a page sends; for a page without one, what its view reads."""
    short = page.name.removeprefix("windows:")
    known: dict[str, Any] = {
        "set_language": {"language": "en", "next": "/"},
        "ledger_search": {"q": "户口"},
        "ledger_export": {"reason": "月度核查用", "kind": "csv"},
        "lookup": {"words": "户口"},
        "matrix_reason": {"remembered": bodies.REASON, "back": "?q=1"},
        "desk_window": {"do": "close"},
    }
    if short in known:
        return known[short]
    stamp = bodies.config_stamp()
    if page.post.get("administrators") != "done" or short.startswith("miss"):
        return stamp
    person = "their_administrator" if of_theirs else "administrator"
    return bodies.filled_in(world.client(person).get(url).content, url) | stamp


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_whom_the_table_names(world: World, name: str) -> None:
    """Check 25, 26: everybody x own, another hall's and unknown objects x GET, POST.

    What is sent is what the administrator of the hall would send from the page.
    """
    page, cells = PAGES[name], []
    kinds = ["own"] if page.of == "-" else ["own", "unknown"]
    kinds += ["theirs"] if page.is_of_a_hall else []
    for whose in kinds:
        url = reverse(name, args=arguments(world, page, whose))
        body = page_body(world, page, url, of_theirs=whose == "theirs")
        their_body = body
        if page.of == "-":
            their_body = page_body(world, page, url, of_theirs=True)
        for person, method in product(table.PEOPLE, ("GET", "POST")):
            if person in table.CLERKS - {"holder", "theirs"} and not FULL:
                continue
            expected = page.outcome(person, method)
            reaches = expected in {"shown", "done", "wrong", "moved"}
            # A cell is looked for before it is asked who may change it.
            reaches = reaches or (name, person[-7:]) == (
                "windows:matrix_cell",
                "auditor",
            )
            if reaches and whose != _hall_of(person, page):
                expected = "404"
            elif not reaches and whose != "own" and not FULL:
                continue
            sent = their_body if person.startswith("their") else body
            cells.append(Cell(whose, person, method, url, sent, expected))
    faults = faults_of(world, cells)
    assert not faults, "\n".join(faults)


def _hall_of(person: str, page: table.Page) -> str:
    """Whose object this person may reach: of the own hall, or the city's."""
    return "theirs" if page.is_of_a_hall and person.startswith("their") else "own"


def plain(response: Any) -> bytes:
    """A page without the number of the request."""
    return re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}", b"", response.content)


@pytest.mark.parametrize("act", CASE_PAGES)
def test_another_persons_case_looks_like_no_case(world: World, act: str) -> None:
    """Check 26: foreign, of another hall, neighbouring, unknown: the same 404 page."""
    client = world.client("other")
    method = "POST" if act in {"case_wording", *PAPERS - {"paper"}} else "GET"
    numbers = [world.cases["asked"], world.cases["elsewhere"], world.cases["unknown"]]
    if act == "case":
        numbers += [world.cases["asked"] + 1, 0, 1, 2**31, 2**63 - 1, 2**63, 10**40]
        numbers += [world.own["window"], world.people["other"].pk]
    pages = set()
    for number in numbers:
        url = case_address(act, number)
        response = client.get(url) if method == "GET" else client.post(url)
        assert response.status_code == 404, number
        pages.add(plain(response))
    assert len(pages) == 1


@pytest.mark.parametrize("act", ["case_take_over", "case_decline", "case_take_back"])
def test_an_offer_of_another_case_is_not_there(world: World, act: str) -> None:
    """Check 26: an offer's id from elsewhere, whatever case it is sent to."""
    asked, offered = world.cases["asked"], world.cases["offered"]
    mine = world.offers["offered"]
    for person, case, offer in (
        ("target", asked, mine),
        ("holder", asked, mine),
        ("target", offered, world.offers["asked"]),
        ("target", offered, mine + 987654),
        ("other", offered, mine),
        ("holder", offered, world.offers["asked"]),
        ("target", offered, "²"),
        ("target", offered, ""),
        ("target", offered, 2**63),
    ):
        body = bodies.case_body(world, act, case, person) | {"offer": str(offer)}
        before = written()
        response = world.client(person).post(reverse(act, args=[case]), body)
        assert response.status_code == 404, (person, case, offer)
        assert written() == before


def test_a_form_made_for_one_person_is_not_sent_by_another(world: World) -> None:
    """Check 59: another user's form key is refused, and nothing is done."""
    case = world.cases["asked"]
    body = bodies.case_body(world, "case_answer", case, "mate")
    before = standing()
    url = reverse("case_answer", args=[case])
    assert world.client("holder").post(url, body).status_code == 422
    assert standing() == before
    own = bodies.case_body(world, "case_answer", case, "holder")
    assert world.client("holder").post(url, own).status_code == 302
    assert standing() != before


def test_an_auditor_changes_nothing_anywhere() -> None:
    """Check 25: of all addresses, an auditor may post to these alone.

    His own session and password, and the reading that is kept on record.
    """
    allowed = {
        name
        for name, page in PAGES.items()
        if page.outcome("auditor", "POST") in {"done", "shown"}
    }
    assert allowed == {
        *("set_language", "logout", "alive", "ledger_search", "ledger_export")
    }
    for act in CASE_PAGES:
        for _state, person, method, outcome in table.case_cells(act):
            if person in table.AUDITORS and method == "POST":
                assert outcome in {"403", "404", "405"}


def test_an_administrator_sees_no_case_at_all() -> None:
    """Check 25: whoever configures reads nobody's matter."""
    for act in CASE_PAGES:
        for _state, person, _method, outcome in table.case_cells(act):
            if person in table.ADMINISTRATORS:
                assert outcome == "403"


def test_the_table_is_large_enough_to_mean_something() -> None:
    """Check 25: at least 3,000 cells stand in the table."""
    of_cases = sum(len(list(table.case_cells(act))) for act in CASE_PAGES)
    of_pages = sum(
        2 * len(table.PEOPLE) * (1 if page.of == "-" else 2) for page in PAGES.values()
    )
    assert of_cases + of_pages >= 3000
