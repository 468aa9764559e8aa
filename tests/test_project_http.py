"""What every request and response passes through."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, InternalError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from psycopg import errors as pg

from cases.lifecycle import RuleBroken
from hallsvc import errors, logs, urls
from hallsvc.errors import healthz

pytestmark = pytest.mark.django_db

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@login_not_required
def _broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret of a person")


@login_not_required
def _rule(request: HttpRequest) -> HttpResponse:
    raise RuleBroken("%(who)s took this at %(when)s.", params={"who": "Li", "when": 1})


@login_not_required
def _lost(request: HttpRequest, kind: str) -> HttpResponse:
    known: dict[str, tuple[type[Exception], type[Exception]]] = {
        "unique": (IntegrityError, pg.UniqueViolation),
        "check": (IntegrityError, pg.CheckViolation),
        "exclusion": (IntegrityError, pg.ExclusionViolation),
        "serialization": (OperationalError, pg.SerializationFailure),
        "deadlock": (OperationalError, pg.DeadlockDetected),
        "lock": (OperationalError, pg.LockNotAvailable),
        "slow": (InternalError, pg.TransactionTimeout),
        "inside": (InternalError, pg.InFailedSqlTransaction),
        "gone": (OperationalError, pg.AdminShutdown),
        "null": (IntegrityError, pg.NotNullViolation),
    }
    wrapped, cause = known[kind]
    raise wrapped("lost") from cause("lost")


@login_not_required
def _forbidden(request: HttpRequest) -> HttpResponse:
    from django.core.exceptions import PermissionDenied

    raise PermissionDenied


@login_not_required
def _suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("odd")


urlpatterns = [
    path("t/broken", _broken),
    path("t/rule", _rule),
    path("t/lost/<kind>", _lost),
    path("t/forbidden", _forbidden),
    path("t/suspicious", _suspicious),
    path("", include(urls)),
]
handler400, handler403 = errors.bad_request, errors.forbidden
handler404, handler500 = errors.not_found, errors.server_error


@pytest.fixture
def visitor(settings: LazySettings) -> Client:
    """A browser that gets error pages, and a few addresses that only fail."""
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/healthz", 200),
        ("/nowhere", 404),
        ("/t/forbidden", 403),
        ("/t/suspicious", 400),
        ("/t/rule", 409),
        ("/t/lost/unique", 409),
        ("/t/lost/gone", 503),
        ("/t/broken", 500),
        ("/healthz?q=%00", 400),
        ("/static/css/hall.css", 200),
        ("/static/nothing.css", 404),
    ],
)
def test_every_response_carries_the_headers(
    visitor: Client, address: str, status: int
) -> None:
    """Check 41: also 400, 403, 404, 409, 500, 503 and static files; check 85."""
    response = visitor.get(address)
    assert response.status_code == status
    for name, value in HEADERS.items():
        assert response.headers[name] == value, name
    assert "camera=()" in response.headers["Permissions-Policy"]
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "nonce" not in policy
    for directive in (
        "default-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'none'",
    ):
        assert directive in policy
    if status != 200:
        assert b"Traceback" not in response.content
        assert b"secret" not in response.content
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    response.close()


def test_https_is_said_for_a_year(visitor: Client, settings: LazySettings) -> None:
    """Check 41: HSTS where browsers come by HTTPS, and only there."""
    assert "Strict-Transport-Security" not in visitor.get("/healthz").headers
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    header = visitor.get("/healthz", secure=True).headers["Strict-Transport-Security"]
    assert header.startswith("max-age=31536000")


@pytest.mark.parametrize(
    "address",
    [
        "/x%00y",
        "/healthz?q=%00",
        "/healthz?%00=1",
        "/healthz?q=%ff",
        "/healthz?q=%ED%A0%80",
        "/healthz?q=%C0%AE",
    ],
)
def test_nul_and_broken_utf8_are_a_bad_request(visitor: Client, address: str) -> None:
    """Check 13: in path and query; never a server error."""
    assert visitor.get(address).status_code == 400


@pytest.mark.parametrize(
    "address",
    ["/%", "/%zz", "/%ff", "/%ED%A0%80", "/healthz?%", "/healthz?=&&==", "//"],
)
def test_odd_but_clean_addresses_are_answered(visitor: Client, address: str) -> None:
    """Check 13, the other side: not everything odd is refused."""
    assert visitor.get(address).status_code in {200, 302, 404}


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "X"])
def test_methods_no_form_sends_are_refused(visitor: Client, method: str) -> None:
    """Check 40: TRACE above all."""
    response = visitor.generic(method, "/healthz")
    assert response.status_code == 405
    assert "TRACE" not in response.headers["Allow"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1@evil", "", "a b", "[::"])
def test_a_forged_host_is_a_bad_request(visitor: Client, host: str) -> None:
    """Check 45: Host, and X-Forwarded-Host is not looked at."""
    assert visitor.get("/healthz", headers={"host": host}).status_code == 400
    ours = {"host": "localhost", "x-forwarded-host": "evil.example"}
    assert visitor.get("/healthz", headers=ours).status_code == 200


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("unique", 409),
        ("check", 409),
        ("exclusion", 409),
        ("serialization", 409),
        ("deadlock", 409),
        ("lock", 409),
        ("gone", 503),
        ("slow", 503),
        ("inside", 500),
        ("null", 500),
    ],
)
def test_who_loses_a_race_is_told_so(visitor: Client, kind: str, status: int) -> None:
    """Check 62, evidence, transactions: 409 in plain words and never a 500.

    A missing value is a fault of ours and stays one.
    """
    assert visitor.get(f"/t/lost/{kind}").status_code == status


def test_a_broken_rule_is_a_sentence_on_a_page_or_in_a_fragment(
    visitor: Client,
) -> None:
    """RuleBroken shows beside its field, else as a 409 page or fragment."""
    page = visitor.get("/t/rule").content.decode()
    assert "Li took this at 1." in page
    assert "<html" in page
    fragment = visitor.get("/t/rule", headers={"HX-Request": "true"}).content.decode()
    assert "Li took this at 1." in fragment
    assert "<html" not in fragment
    boosted = {"HX-Request": "true", "HX-Boosted": "true"}
    assert "<html" in visitor.get("/t/rule", headers=boosted).content.decode()


def test_a_refused_form_gives_back_what_was_typed(visitor: Client) -> None:
    """Check 61: refused, and the words are there to be copied; no token is."""
    form = {"words": "老伴走了", "token": "x" * 64, "password": "密码"}
    ours = {"referer": "http://testserver/cases/26/"}
    page = visitor.post("/t/rule", form, headers=ours).content.decode()
    assert "老伴走了" in page
    assert "x" * 64 not in page
    assert "密码" not in page
    assert 'href="/cases/26/"' in page
    for foreign in ("http://evil.example/a", "//evil.example", "javascript:x", ""):
        response = visitor.post("/t/rule", form, headers={"referer": foreign})
        assert b"evil" not in response.content
        assert b"javascript" not in response.content


def test_the_hall_speaks_its_own_language_until_asked(visitor: Client) -> None:
    """Chinese is the hall's language whatever the terminal's browser was set to."""
    english = {"accept-language": "en-GB,en"}
    assert b'lang="zh-hans"' in visitor.get("/nowhere", headers=english).content
    visitor.post("/language/?to=en&next=/nowhere")
    assert b'lang="en"' in visitor.get("/nowhere").content
    visitor.post("/language/?to=xx&next=/nowhere")
    assert b'lang="en"' in visitor.get("/nowhere").content


def test_a_sign_of_life_asks_the_database(visitor: Client) -> None:
    """For watchers: 200 only when the database answers too; GET alone."""
    assert visitor.get("/healthz").content == b"ok\n"
    assert visitor.post("/healthz").status_code == 405
    assert healthz.login_required is False  # type: ignore[attr-defined]


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """The lines that the log writes, as they leave the process."""
    written: list[str] = []
    handler = logging.Handler()
    formatter = logs.configuration("INFO")["formatters"]["json"]
    import structlog

    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=formatter["processors"],
            foreign_pre_chain=formatter["foreign_pre_chain"],
        )
    )
    handler.emit = lambda record: written.append(handler.format(record))  # type: ignore[method-assign]
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    logging.getLogger("django_structlog").setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)
    logging.getLogger("django_structlog").setLevel(logging.NOTSET)


def test_nobody_can_forge_a_line_of_the_log(visitor: Client, lines: list[str]) -> None:
    """Check 9: one line per event, valid JSON, whatever somebody types."""
    nasty = 'a\r\n{"event": "forged"}\x1b[31m\u2028"\\'
    visitor.get("/nowhere/" + nasty, {"q": nasty}, headers={"user-agent": nasty})
    logging.getLogger("cases").warning("sign-in of %s", nasty)
    assert len(lines) >= 2
    for line in lines:
        assert isinstance(json.loads(line), dict)
        assert not re.search(r"[\x00-\x1f\x7f\u2028]", line)
    assert not any(json.loads(line)["event"] == "forged" for line in lines)


def test_no_search_and_no_row_reaches_the_log(
    visitor: Client, lines: list[str]
) -> None:
    """Check 9, section I: query strings and PostgreSQL's DETAIL hold people's data."""
    name = "".join(["Zha", "ng San"])  # not in this file's own lines of a trace
    visitor.get("/nowhere", {"q": name})
    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE people (name text PRIMARY KEY)")
            for _time in range(2):
                cursor.execute("INSERT INTO people VALUES (%s)", [name])
    except IntegrityError:
        logging.getLogger("cases").exception("failed")
    assert any("people_pkey" in line for line in lines), "the trace itself is there"
    assert all("Zhang" not in line for line in lines)


def test_a_failure_is_in_the_log_with_the_number_on_the_page(
    visitor: Client, lines: list[str]
) -> None:
    """Check 85: the trace is in the log alone, found by the number on the page."""
    page = visitor.get("/t/broken").content.decode()
    (failure,) = [
        entry for entry in map(json.loads, lines) if entry["event"] == "request_failed"
    ]
    assert failure["request_id"] in page
    assert "RuntimeError" in failure["exception"]
