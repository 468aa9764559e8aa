"""Every field of every form, and every filter, given what no field should be given.

Checks 1 to 8, 10, 11, 13 and 14. The forms are read from the pages that are served, so
a new field is tested without anyone remembering. Each field gets a few of the values
in nasty.py, other fields others, always the same ones; with HALL_FULL=1 all of them.
"""

from __future__ import annotations

import os
import re
import time
import unicodedata
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.http import HttpResponse
from django.urls import resolve, reverse
from lxml import html
from lxml.html import HtmlElement

from cases.models import Case
from tests import bodies, nasty
from tests import permissions as table
from tests.test_permissions import arguments
from tests.world import GOOD, PAPERS, World, case_address, undone
from windows.models import Clerk

FULL = bool(os.environ.get("HALL_FULL"))
pytestmark = pytest.mark.timeout(7200 if FULL else 120)
EACH = len(nasty.VALUES) if FULL else int(os.environ.get("HALL_NASTY", "1"))
"""Nasty values for each field."""
STEP = 37
"""From one value to the next: values of other kinds, and all of them in the end."""
SLOWEST = 9.0
"""Seconds; pg_sleep(10) in a field would take longer (check 5)."""

PAGES = table.pages()
TYPED = {"text", "search", "tel", "number", "email", "date", "url", None}

ON_ANOTHER_PAGE = {
    "desk_window": "desk",
    "ledger_search": "ledger",
    "windows:matrix_reason": "windows:matrix",
    "windows:miss_settle": "windows:misses",
    "windows:import_confirm": "windows:import_run",
    "windows:import_drop": "windows:import_run",
    "windows:matrix_cell_fragment": "windows:matrix_cell",
    "logout": "windows:overview",
    "set_language": "login",
}
"""Where the form of an address stands that is only posted to."""

BY_HAND = {
    "lookup": {"words": "户口", "item": ""},
    "case_wording": {"text": GOOD, "next_step": ""},
    "unlock": {"password": "x", "next": "/", "carried:text": "甲"},
    "lift_lock": {},
    "alive": {},
    "windows:import_again": {},
    "calendar_load": {
        "key": "b0a7e5a2-0d3e-4a52-9d1c-0a3c1b6e8f01",
        "year": "2027",
        "days": "date,name,is_off_day\n2027-01-01,元旦,1\n",
        "reason": bodies.REASON,
    },
    "calendar_dates": {
        "key": "b0a7e5a2-0d3e-4a52-9d1c-0a3c1b6e8f02",
        "reason": bodies.REASON,
    },
}
"""Posted to by a script, or by a page that needs a file or a lock first."""

POSTED = [
    name
    for name, page in PAGES.items()
    if set(page.post.values()) & {"done", "wrong", "shown", "moved", "403"}
]
ACTS = [*table.acts(), "case_wording"]


def doer(name: str) -> str:
    """Somebody who may send the form at an address."""
    return next(
        person
        for person in ("nobody", "administrator", "holder", "supervisor")
        if PAGES[name].outcome(person, "POST") in {"done", "wrong", "shown", "moved"}
        or (name == "unlock" and person == "holder")
    )


def allowed(act: str) -> tuple[str, str]:
    """State and person for whom an act is open."""
    if act == "case_wording":
        return "asked", "holder"
    return next(
        (state, person)
        for state, people in table.may(act).items()
        for person in sorted(people)
    )


Fields = list[tuple[str, str]]


def form_at(world: World, person: str, url: str, at: str) -> Fields:
    """What a browser would send to `url` from the page `at`."""
    page = world.client(person).get(at)
    assert page.status_code == 200, (at, page.status_code)
    for method, action, fields in bodies.served_forms(page.content, at):
        if method == "POST" and action.partition("?")[0] == url:
            return [pair for pair in fields if pair[0] != "csrfmiddlewaretoken"]
    raise AssertionError(f"no form for {url} on {at}")


def page_form(world: World, name: str) -> tuple[str, str, Fields]:
    """Person, address and fields of a form without a case."""
    person, page = doer(name), PAGES[name]
    url = reverse(name, args=arguments(world, page, "own"))
    if name in BY_HAND:
        return person, url, list(BY_HAND[name].items())
    host = ON_ANOTHER_PAGE.get(name, name)
    at = reverse(host, args=arguments(world, PAGES[host], "own"))
    if name == "windows:miss_alias":
        at += "?q=110001"  # an item has to be found before one can be chosen
    target = at if host == "windows:matrix_cell" else url
    return person, url, form_at(world, person, target, at)


def act_form(world: World, act: str) -> tuple[str, str, Fields]:
    """Person, address and fields of an act on a case, filled in well."""
    state, person = allowed(act)
    case = world.cases[state]
    url = case_address(act, case)
    if act in BY_HAND:
        return person, url, list(BY_HAND[act].items())
    if act == "paper_scan":  # its form appears once somebody has signed by hand
        stamp = bodies.stamp(world.people[person], case)
        return person, url, [*stamp.items(), ("scan", "")]
    at = re.sub(r"(/papers/\d+/).*", r"\1", url) if act in PAPERS else url
    served = form_at(world, person, url, at)
    good = bodies.case_body(world, act, case, person)
    names = {name for name, _ in served}
    whole = [pair for pair in served if pair[0] not in good]
    for name, value in good.items():
        if name in {"form_key", "seen"}:
            whole += [pair for pair in served if pair[0] == name]
        else:
            values = value if isinstance(value, list) else [value]
            whole += [(name, one) for one in values]
    assert names <= {name for name, _ in whole} | {"all_here"}
    return person, url, whole


def fields_with_names(fields: Fields) -> list[str]:
    """Each field once; of the rows of a list, those of the first row alone."""
    found = {re.sub(r"-\d+\b", "-N", name): name for name, _ in reversed(fields)}
    return list(reversed(found.values()))


def replaced(fields: Fields, name: str, value: str) -> Fields:
    """The same form with one field changed."""
    kept = [pair for pair in fields if pair[0] != name]
    return [*kept, (name, value)]


def post(world: World, person: str, url: str, fields: Fields) -> Any:
    """Send a form as a browser does, lone surrogates as their three bytes."""
    body = urlencode(fields, errors="surrogatepass")
    kind = "application/x-www-form-urlencoded"
    return world.client(person).post(url, body, content_type=kind)


def values_for(name: str, field: str) -> Iterator[tuple[str, str]]:
    """The nasty values that this field gets."""
    every = list(nasty.VALUES.items())
    start = zlib.crc32(f"{name} {field}".encode())
    for number in range(EACH):
        yield every[(start + number * STEP) % len(every)]


def is_showable(value: str) -> bool:
    """Whether a page can show the value as it was typed."""
    return all(
        sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs", "Cn"}
        for sign in value
    )


def shown(page: HtmlElement, field: str) -> str | None:
    """What stands in a field of a page; None if it is no field for typing."""
    for element in page.xpath("//*[@name=$name]", name=field):
        if element.tag == "textarea":
            return str(element.text or "")
        if element.tag == "input" and element.get("type") in TYPED:
            return str(element.get("value") or "")
    return None


def as_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def fault_in(response: HttpResponse, field: str, value: str) -> str:
    """What is wrong with an answer to a nasty value; empty if nothing is."""
    if response.status_code >= 500:
        return f"status {response.status_code}"
    if b"Traceback" in response.content:
        return "a traceback"
    location = response.headers.get("Location", "")
    if "\r" in location or "\n" in location or "evil" in location.split("?")[0]:
        return f"led to {location}"
    if response.status_code != 422 or not response.content:
        return ""
    page: HtmlElement = html.document_fromstring(response.content.decode())
    if not page.xpath(
        "//*[contains(@class, 'error') or contains(@class, 'wrong')"
        " or @role='alert' or @aria-invalid='true']"
    ):
        return "refused without a sentence"
    if is_showable(value):
        kept = shown(page, field)
        if kept is not None and as_lines(kept) != as_lines(value):
            return f"typed value lost: {kept[:40]!r}"
    return ""


def crawl(
    world: World, name: str, person: str, url: str, fields: Fields
) -> Iterator[str]:
    """Send a form with a nasty value in one field at a time; what is wrong."""
    for field in fields_with_names(fields):
        for label, value in values_for(name, field):
            began = time.monotonic()
            with undone():
                response = post(world, person, url, replaced(fields, field, value))
            fault = fault_in(response, field, value)
            if time.monotonic() - began > SLOWEST:
                fault = "took too long"
            if fault:
                yield f"{field} = {label}: {fault}"
    with undone():
        field = next(iter(fields_with_names(fields)), "x")
        response = post(world, person, url, replaced(fields, field, nasty.HUGE["1 MB"]))
    if response.status_code >= 500:
        yield f"{field} = 1 MB: status {response.status_code}"


@pytest.mark.parametrize("name", POSTED)
def test_no_field_of_a_page_breaks(world: World, name: str) -> None:
    """Check 1 to 8, 10, 14: no server error; a sentence; what was typed is kept."""
    person, url, fields = page_form(world, name)
    faults = list(crawl(world, name, person, url, fields))
    assert not faults, f"{url} as {person}\n" + "\n".join(faults)


@pytest.mark.parametrize("act", ACTS)
def test_no_field_of_a_case_breaks(world: World, act: str) -> None:
    """Check 1 to 8, 10, 14: no server error; a sentence; what was typed is kept."""
    person, url, fields = act_form(world, act)
    faults = list(crawl(world, act, person, url, fields))
    assert not faults, f"{url} as {person}\n" + "\n".join(faults)


def test_there_are_values_enough() -> None:
    """Check 1: at least 120 nasty values, each with its own name."""
    assert len(nasty.VALUES) >= 120
    assert len(set(nasty.VALUES.values())) == len(nasty.VALUES)


@pytest.mark.parametrize(
    ("status", "page", "fault"),
    [
        (500, "<p>", "status 500"),
        (200, "<pre>Traceback</pre>", "a traceback"),
        (422, "<input name='text' value='typed'>", "refused without a sentence"),
        (422, "<p role='alert'>x</p><input name='text'>", "typed value lost: ''"),
        (422, "<p role='alert'>x</p><input name='text' value='typed'>", ""),
        (200, "<p>fine</p>", ""),
    ],
)
def test_the_crawler_would_notice(status: int, page: str, fault: str) -> None:
    """Check 1, the other side: a crawler that finds nothing proves nothing."""
    assert fault_in(HttpResponse(page, status=status), "text", "typed") == fault


def test_the_crawler_would_notice_where_it_is_led() -> None:
    """Check 8: a redirect to another host or with a line end."""
    for address in ("//evil.example/", "/a\\evil"):
        led = HttpResponse(status=302, headers={"Location": address})
        assert fault_in(led, "next", "x").startswith("led to")


# --- what a form does not have (check 11) -------------------------------------------

SMUGGLED = [
    ("id", "1"),
    ("pk", "1"),
    ("holder", "1"),
    ("holder_id", "1"),
    ("state", "closed"),
    ("status", "closed"),
    ("hall", "2"),
    ("hall_id", "2"),
    ("first_responder", "1"),
    ("by", "1"),
    ("clerk_id", "1"),
    ("case", "1"),
    ("at", "2020-01-01"),
    ("due_on", "2099-01-01"),
    ("session_epoch", "99"),
    ("is_superuser", "on"),
    ("must_change_password", ""),
    ("_method", "DELETE"),
    ("__proto__", "1"),
]


def after(world: World, person: str, url: str, fields: Fields) -> tuple[Any, ...]:
    """How everything stands after a form was sent, which is then undone."""
    with undone():
        status = post(world, person, url, fields).status_code
        people = Clerk.objects.order_by("pk").values_list(
            "pk", "role", "hall_id", "is_active", "session_epoch", "staff_number"
        )
        cases = Case.objects.order_by("pk").values_list(
            *("pk", "state", "holder_id", "window_id", "hall_id", "head_seq", "due_on"),
            *("first_responder_id", "opened_at", "declines", "reopened"),
        )
        return status, list(cases), list(people)


# A scan is a file, and these forms are sent without one.
@pytest.mark.parametrize("act", [a for a in ACTS if a not in {*BY_HAND, "paper_scan"}])
def test_nothing_is_smuggled_into_a_case(world: World, act: str) -> None:
    """Check 11: unknown and repeated parameters change nothing of what happens."""
    person, url, fields = act_form(world, act)
    own = {pair[0] for pair in fields}
    extra = [pair for pair in SMUGGLED if pair[0] not in own]
    plain = after(world, person, url, fields)
    assert plain[0] in {200, 302}
    assert after(world, person, url, [*extra, *fields]) == plain


@pytest.mark.parametrize(
    "name", ["windows:clerk_edit", "windows:window_edit", "windows:hall_edit"]
)
def test_nothing_is_smuggled_into_the_configuration(world: World, name: str) -> None:
    """Check 11: nobody becomes another person's role, hall or session."""
    person, url, fields = page_form(world, name)
    fields = replaced(fields, "reason", bodies.REASON)
    own = {pair[0] for pair in fields}
    extra = [pair for pair in SMUGGLED if pair[0] not in own]
    plain = after(world, person, url, fields)
    assert plain[0] == 302
    assert after(world, person, url, [*extra, *fields]) == plain


# --- addresses (check 13) -----------------------------------------------------------

MORE_FILTERS = {
    "ledger": ["key", "view", "search"],
    "ledger_export": ["state", "since", "view"],
    "desk": ["offered", "mine", "calls", "key"],
    "desk_poll": ["version", "mine"],
    "login": ["next"],
    "windows:imports": ["before"],
    "windows:import_run": ["part", "page"],
    "windows:coverage": ["gap", "after", "before"],
    "windows:posting_add": ["clerk", "window"],
    "windows:absence_add": ["clerk"],
    "windows:miss_alias": ["q"],
}
"""Read from the address without a form; those of forms are found by the test."""

PAGED = ["after", "before"]


def filters_of(page: bytes, url: str) -> list[str]:
    """The names that the filters of a page put into its address."""
    names: list[str] = []
    for method, action, fields in bodies.served_forms(page, url):
        if method == "GET" and action.partition("?")[0] == url:
            names += [name for name, _value in fields]
    root: HtmlElement = html.document_fromstring(page.decode())
    for form in root.forms:
        if form.method.upper() == "GET":
            names += [name for name in form.fields if name]
    return names


GOT = [
    name
    for name, page in PAGES.items()
    if "shown" in page.get.values() and name != "healthz"
]


@pytest.mark.parametrize("name", [*GOT, "case"])
def test_no_address_breaks_a_page(world: World, name: str) -> None:
    """Check 13, 5, 10, 14: filters, sort keys, pages, with anything in them."""
    if name == "case":
        person, url, more = "holder", case_address(name, world.cases["accepted"]), []
        more = ["days", "seen"]
    else:
        page = PAGES[name]
        people = ("nobody", "administrator", "holder", "supervisor")
        person = next(p for p in people if page.outcome(p, "GET") == "shown")
        url = reverse(name, args=arguments(world, page, "own"))
        more = MORE_FILTERS.get(name, [])
    first = world.client(person).get(url)
    fragment = b"<html" not in first.content
    names = [] if fragment else filters_of(first.content, url)
    names = list(dict.fromkeys([*names, *more, *(PAGED if names else [])]))
    every = nasty.FOR_ADDRESSES
    faults = []
    for field in names:
        start = zlib.crc32(f"{name} {field}".encode())
        for number in range(len(every) if FULL else 2 * EACH):
            value = every[(start + number * STEP) % len(every)]
            with undone():
                address = f"{url}?{field}={quote(value)}"
                response = world.client(person).get(address)
            if response.status_code not in {200, 204, 302, 400, 404}:
                faults.append(f"{field}={value[:40]!r}: {response.status_code}")
            elif b"Traceback" in response.content:
                faults.append(f"{field}={value[:40]!r}: a traceback")
    assert not faults, f"{url} as {person}\n" + "\n".join(faults)


@pytest.mark.parametrize(
    "path",
    [
        *("/cases/²/", "/cases/１２/", "/cases/-1/", "/cases/1_0/", "/cases/1e9/"),
        *("/cases/%00/", "/cases/%ED%A0%80/", "/cases/' OR 1=1/", "/cases/../desk/"),
        *(f"/cases/{10**30}/", f"/cases/{'9' * 5000}/", "/cases/NaN/", "/cases//"),
        *(f"/config/windows/{2**63}/", f"/config/matrix/{2**63}/{2**70}/"),
        *("/config/history/clerk/0/", "/config/history/__class__/1/"),
        *(f"/lock-outs/{10**25}/lift/", f"/cases/{2**63}/answer/"),
    ],
)
@pytest.mark.parametrize("person", ["holder", "administrator", "supervisor"])
def test_no_odd_path_breaks(world: World, path: str, person: str) -> None:
    """Check 13: huge, negative, foreign and broken numbers in the path."""
    client = world.client(person)
    for response in (client.get(path), client.post(path, {"reason": bodies.REASON})):
        assert response.status_code in {302, 400, 403, 404, 405}


def test_every_form_leads_somewhere_that_is_tested() -> None:
    """Check 1: each address that takes a form is crawled."""
    crawled = {*POSTED, *ACTS}
    for name, page in PAGES.items():
        if set(page.post.values()) != {"405"}:
            assert name in crawled, name
    assert resolve("/new/").view_name in crawled
