"""What travels with every page: headers, cookies, names of files, nothing personal.

Checks 39 to 44, 85 and 92. What a middleware does to any response at all is proved in
test_project_http.py; here every address of the URL map is asked.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import get_resolver, reverse
from lxml import html

from tests import bodies
from tests import permissions as table
from tests.test_permissions import arguments, names, written
from tests.world import MARKED, WORDS, World, case_address, undone

PAGES = table.pages()
ACTS = [*table.READ_A_CASE, *table.acts()]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
PERSONAL = [
    MARKED.name,
    MARKED.identity,
    MARKED.telephone,
    MARKED.agent_name,
    MARKED.agent_telephone,
    WORDS,
]


LEADING = ("href", "action", "src", "formaction", "hx-get", "hx-post", "hx-push-url")
"""Attributes that hold an address."""


def address(world: World, name: str, state: str = "asked") -> str:
    if name in PAGES:
        return reverse(name, args=arguments(world, PAGES[name], "own"))
    return case_address(name, world.cases[state])


def reader(name: str) -> str:
    """Somebody to whom the page opens."""
    if name not in PAGES:
        return "holder"
    people = ("administrator", "holder", "supervisor", "nobody")
    shown = [one for one in people if PAGES[name].outcome(one, "GET") == "shown"]
    return shown[0] if shown else "holder"


def assert_guarded(response: Any) -> None:
    """Check 41: all of the headers, whatever the status."""
    for name, value in HEADERS.items():
        assert response.headers[name] == value, name
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    if "sandbox" not in policy:
        assert "frame-ancestors 'none'" in policy
    assert "camera=()" in response.headers["Permissions-Policy"]


@pytest.mark.parametrize("name", [*PAGES, *ACTS])
def test_every_page_is_guarded_and_kept_nowhere(world: World, name: str) -> None:
    """Check 41, 42, 43, 44: for a reader, for the public, and for a wrong method."""
    url = address(world, name)
    for person in (reader(name), "nobody"):
        response = world.client(person).get(url)
        assert_guarded(response)
        if name != "healthz":
            assert "no-store" in response.headers["Cache-Control"]
        assert set(response.cookies) <= {"hall-session", "hall-csrf", "hall-language"}
        for cookie in response.cookies.values():
            assert cookie["httponly"]
            assert cookie["samesite"] in {"Lax", "Strict"}
        if response.content:
            kind = response.headers["Content-Type"]
            assert kind.endswith("charset=utf-8") or kind.startswith("image/")
            if not kind.startswith("image/"):
                response.content.decode("utf-8")
        title = re.search(r"<title>(.*?)</title>", response.content.decode("latin-1"))
        if title:
            text = title[1].encode("latin-1").decode()
            assert not any(value in text for value in PERSONAL)


@pytest.mark.parametrize("name", [*PAGES, *ACTS])
def test_looking_changes_nothing(world: World, name: str) -> None:
    """Check 40: GET, HEAD and OPTIONS write no row; other methods are refused."""
    url, person = address(world, name), reader(name)
    before = written()
    client = world.client(person)
    statuses = [client.head(url), client.options(url)]
    if name in PAGES:  # what GET of a case leaves is asked in the matrix
        statuses.append(client.get(url))
    assert all(response.status_code < 500 for response in statuses)
    assert not statuses[0].content
    assert written() == before
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        response = client.generic(method, url)
        assert response.status_code == 405
        assert_guarded(response)
    assert written() == before


def test_cookies_are_locked_to_the_host_behind_https(settings: LazySettings) -> None:
    """Check 42: the prefix makes a browser insist on Secure, Path=/ and no Domain."""
    code = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE,"
        " s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH)"
    )
    around = {**os.environ, "HALL_HTTPS": "1"}
    around["DJANGO_SETTINGS_MODULE"] = "hallsvc.settings"
    out = subprocess.run(
        [sys.executable, "-c", code],
        env=around,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert [name[:12] for name in out[:3]] == ["__Host-hall-"] * 3
    assert out[3:] == ["True", "True", "True", "None", "/"]


# --- no form without its token (check 39) -------------------------------------------

POSTED = [
    name
    for name in [*PAGES, *ACTS]
    if name not in PAGES or set(PAGES[name].post.values()) != {"405"}
]


def sender(name: str) -> tuple[str, str]:
    """Somebody who may send the form at an address, and the state of the case."""
    if name not in PAGES:
        allowed = table.may(name).items() if name in table.acts() else ()
        found = [(one, state) for state, who in allowed for one in sorted(who)]
        return found[0] if found else ("holder", "asked")
    good = {"done", "wrong", "shown", "moved"}
    people = ("administrator", "holder", "supervisor", "nobody")
    takes = [one for one in people if PAGES[name].outcome(one, "POST") in good]
    return (takes or ["holder"])[0], "asked"


def strict(world: World, person: str) -> Client:
    """A browser whose tokens are looked at."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies = world.client(person).cookies
    return client


def token(client: Client) -> str:
    """The token of a form that this browser was served."""
    page = client.get(reverse("progress")).content
    return dict(bodies.served_forms(page, "/progress/")[-1][2])["csrfmiddlewaretoken"]


@pytest.mark.parametrize("name", POSTED)
def test_no_form_is_taken_without_its_own_token(world: World, name: str) -> None:
    """Check 39: none, wrong, another person's, from another origin: 403, no row."""
    person, state = sender(name)
    url = address(world, name, state)
    body: dict[str, Any] = {}
    body |= {"reason": bodies.REASON, "key": "b0a7e5a2-0d3e-4a52-9d1c-0a3c1b6e8f01"}
    if name in table.acts():
        body = bodies.case_body(world, name, world.cases[state], person)
    client, stranger = strict(world, person), strict(world, "other")
    mine, theirs = token(client), token(stranger)
    before = written()
    tries: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {}),
        ({"csrfmiddlewaretoken": ""}, {}),
        ({"csrfmiddlewaretoken": "x" * 64}, {}),
        ({"csrfmiddlewaretoken": theirs}, {}),
        ({"csrfmiddlewaretoken": mine}, {"origin": "https://evil.example"}),
        ({"csrfmiddlewaretoken": mine}, {"origin": "null"}),
    ]
    for fields, headers in tries:
        response = client.post(url, {**body, **fields}, headers=headers)
        assert response.status_code == 403, (fields, headers)
        assert_guarded(response)
    assert written() == before
    with undone():
        whole = {**body, "csrfmiddlewaretoken": mine}
        assert client.post(url, whole).status_code != 403 or name == "unlock"


# --- downloads ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "media"),
    [
        ("csv", "text/csv; charset=utf-8"),
        (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_a_download_has_a_chinese_name(world: World, kind: str, media: str) -> None:
    """Check 43: RFC 6266 name, the right type, nothing to be sniffed."""
    body = {"reason": "月度核查用", "kind": kind}
    response = world.client("supervisor").post(reverse("ledger_export"), body)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == media
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert re.search(rf"filename\*=utf-8''[%\w.-]+\.{kind}$", disposition)
    assert re.search(r"[\u4e00-\u9fff]", unquote(disposition))
    assert_guarded(response)
    assert "no-store" in response.headers["Cache-Control"]


# --- addresses (check 44, 92) -------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *("/admin/", "/admin/login/", "/docs/", "/api/", "/api/v1/", "/graphql"),
        *("/.git/config", "/.git/", "/.env", "/.data/", "/.data/keys.env"),
        *("/static/", "/static/css/", "/static/../manage.py", "/static/%2e%2e/"),
        *("/media/", "/__debug__/", "/debug/", "/silk/", "/metrics", "/server-status"),
        *("/accounts/login/", "/i18n/", "/jsi18n/", "/sitemap.xml", "/phpinfo.php"),
        *("/manage.py", "/hallsvc/settings.py", "/requirements.txt", "/README.md"),
        *("/desk", "/desk/x/", "/cases/", "/cases/1/x/", "/config/x/", "/backup.sql"),
        *("/wp-login.php", "/db.sqlite3", "/.well-known/security.txt", "/index.html"),
    ],
)
def test_nothing_else_answers(world: World, path: str) -> None:
    """Check 92: only what the URL map lists; no admin, no docs, no folder, no .git."""
    for person in ("nobody", "administrator"):
        response = world.client(person).get(path)
        target = response.headers.get("Location", "")
        to_itself = response.status_code == 301 and target.startswith(path)
        assert response.status_code == 404 or to_itself
        assert_guarded(response)


def test_the_map_lists_our_addresses_and_no_others() -> None:
    """Check 92: what another package mounts would have no line in the table."""
    assert set(names(get_resolver().url_patterns)) == {*PAGES, *ACTS}


def test_nothing_personal_stands_in_an_address(world: World) -> None:
    """Check 44: no link, form or redirect of any page carries a person's data."""
    found: set[str] = set()
    for name in [*PAGES, *ACTS]:
        url = address(world, name)
        response = world.client(reader(name)).get(url)
        found.add(response.headers.get("Location", ""))
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        if response.content.strip():
            root = html.document_fromstring(response.content.decode())
            for element in root.iter():
                found |= {element.get(kind, "") for kind in LEADING}
    addresses = {unquote(str(one)) for one in found}
    assert len(addresses) > 100
    for value in PERSONAL:
        assert not any(value in one for one in addresses), value


def test_a_search_for_a_person_leads_to_an_address_without_the_name(
    world: World,
) -> None:
    """Check 44, 8: what is searched for is kept sealed; the address only names it."""
    for words in (MARKED.name, MARKED.telephone, "a\r\nSet-Cookie: x=1"):
        response = world.client("supervisor").post(
            reverse("ledger_search"), {"q": words}
        )
        assert response.status_code == 302
        location = response.headers["Location"]
        assert unquote(location).startswith(reverse("ledger") + "?")
        assert words not in unquote(location)
        assert "Set-Cookie" not in unquote(location)
        assert set(response.cookies) <= {"hall-session", "hall-csrf"}


# --- 500 (check 85) -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["desk", "case", "ledger", "windows:overview", "home"])
def test_a_failure_shows_its_number_and_nothing_else(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check 85: a generic page with an id, the headers, and nothing written."""

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError(f"secret of {MARKED.name}")

    url, person = address(world, name), reader(name)
    for place in ("cases.views.counter", "cases.views.case", "cases.views.supervisor"):
        monkeypatch.setattr(f"{place}.render", broken)
    monkeypatch.setattr("windows.views.common.render", broken)
    monkeypatch.setattr("windows.views.gate.redirect", broken)
    before = written()
    response = world.client(person).get(url)
    assert response.status_code == 500
    assert_guarded(response)
    text = response.content.decode()
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", text)
    assert "secret" not in text
    assert MARKED.name not in text
    assert "Traceback" not in text
    assert written() == before
