"""The ledger: who sees what, filters, pages by key, search, and the export."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from cases.actions.negatives import Negative, propose_negative
from cases.exporting import safe_text
from tests.cast import APPLICANT, Cast, ask, come_in, now, offer_and_decline
from windows.models import Clerk

pytestmark = pytest.mark.django_db


def page(client: Client, clerk: Clerk, query: str = "", status: int = 200) -> str:
    come_in(client, clerk)
    answer = client.get(reverse("ledger") + query)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_supervisor_reads_the_hall_and_no_other(cast: Cast, client: Client) -> None:
    case = ask(cast).case
    assert case.number in page(client, cast.chen)
    cast.zhou.role = "supervisor"
    cast.zhou.save()
    assert case.number not in page(client, cast.zhou)


@pytest.mark.parametrize("name", ["wang", "sun"])
def test_clerks_and_administrators_do_not_read_the_ledger(
    cast: Cast, client: Client, name: str
) -> None:
    page(client, getattr(cast, name), status=403)


def test_limbo_overdue_and_negatives_have_their_views(
    cast: Cast, client: Client
) -> None:
    lost = ask(cast).case
    for _ in range(3):
        offer_and_decline(cast, lost)
    refused = ask(cast).case
    propose_negative(
        refused.pk,
        Negative(
            "不符合第三条的条件要求",
            "条例第七条",
            "补齐监护证明材料再办",
            "可以向公证处申请公证",
            "六十日内复议，六个月内起诉",
        ),
        by=cast.wang,
        at=now(),
    )
    plain = ask(cast).case
    limbo = page(client, cast.chen, "?view=limbo")
    assert lost.number in limbo
    assert plain.number not in limbo
    negatives = page(client, cast.chen, "?view=negatives")
    assert refused.number in negatives
    assert lost.number not in negatives


def test_words_are_found_without_standing_in_an_address(
    cast: Cast, client: Client
) -> None:
    """The text is encrypted in the table and posted, never part of a URL."""
    found = ask(cast, words="邻居家的狗老是叫").case
    other = ask(cast, words="我要办营业执照").case
    come_in(client, cast.chen)
    answer = client.post(reverse("ledger_search"), {"q": "狗老是"})
    address = answer.headers["Location"]
    assert "狗" not in address
    assert "%E7%8B%97" not in address
    text = client.get(address).content.decode()
    assert found.number in text
    assert other.number not in text


@pytest.mark.parametrize("typed", ["139 0000 1234", "110101199003070978"])
def test_a_telephone_or_a_paper_finds_its_case(
    cast: Cast, client: Client, typed: str
) -> None:
    found = ask(cast, person=APPLICANT).case
    other = ask(cast).case
    come_in(client, cast.chen)
    address = client.post(reverse("ledger_search"), {"q": typed}).headers["Location"]
    text = client.get(address).content.decode()
    assert found.number in text
    assert other.number not in text
    assert "13900001234" not in text.replace(" ", "").replace(
        typed.replace(" ", ""), ""
    )


def test_the_pages_join_by_key_without_loss(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.reads.ledger.PAGE", 3)
    from cases.reads.ledger import Filters, ledger_page

    numbers = [ask(cast).case.number for _ in range(8)][::-1]
    seen: list[str] = []
    key = ""
    keys = []
    while True:
        one = ledger_page(cast.chen, Filters(), key=key)
        seen += [row.number for row in one.rows]
        keys.append(one.newer)
        if not one.older:
            break
        key = one.older
    assert seen == numbers
    back = ledger_page(cast.chen, Filters(), key=keys[-1])
    assert [row.number for row in back.rows] == numbers[3:6]
    first = ledger_page(cast.chen, Filters(), key=back.newer)
    assert [row.number for row in first.rows] == numbers[:3]
    assert first.newer == ""


@pytest.mark.parametrize("query", ["", "?key=older.{key}", "?search={search}"])
def test_a_page_costs_eight_statements_however_long_the_ledger(
    cast: Cast, client: Client, query: str
) -> None:
    """Budget: at most 8, no OFFSET, no unbounded COUNT; with 1 and with 60 rows."""
    come_in(client, cast.chen)
    ask(cast)
    address = client.post(reverse("ledger_search"), {"q": "户口"}).headers["Location"]
    search = address.rpartition("=")[2]
    moment = int((now() + dt.timedelta(hours=1)).timestamp() * 1_000_000)
    query = query.format(key=f"{moment}-1", search=search)
    costs = []
    for more in (0, 59):
        for _ in range(more):
            ask(cast)
        client.get(reverse("ledger") + query)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            text = client.get(reverse("ledger") + query).content.decode()
        assert "case-no" in text
        statements = [one["sql"] for one in captured.captured_queries]
        assert not [sql for sql in statements if " OFFSET " in sql]
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert costs[0] <= 8


@pytest.mark.parametrize(
    "query",
    [
        "?window=²",
        "?window=-1",
        "?window=99999999999999999999",
        "?state=nonsense",
        "?since=2026-02-30&until=0000-00-00",
        "?since=2026-05-01&until=2026-01-01",
        "?since=9999-12-31&until=9999-12-31",
        "?key=older.99999999999999999-1",
        "?key=older.²-²",
        "?key=x&page=x",
        "?item=" + "x" * 10_000,
        "?item=%E2%80%AE%F0%9F%98%80",
        "?search=nothing",
        "?view=nothing",
    ],
)
def test_a_strange_address_is_answered_with_a_page(
    cast: Cast, client: Client, query: str
) -> None:
    """Check 13, 14."""
    ask(cast)
    page(client, cast.chen, query)


def test_an_export_needs_a_reason_and_is_kept(cast: Cast, client: Client) -> None:
    case = ask(cast, person=APPLICANT, words="=1+1 我的事").case
    come_in(client, cast.chen)
    assert client.post(reverse("ledger_export"), {"kind": "csv"}).status_code == 422
    answer = client.post(
        reverse("ledger_export") + "?state=asked", {"kind": "csv", "reason": "月报"}
    )
    text = answer.content.decode("utf-8-sig")
    assert case.number in text
    assert "林小满" not in text
    assert "13900001234" not in text
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, reason, rows, filters FROM cases_openedrecord")
        assert cursor.fetchall() == [("export", "月报", 1, "?state=asked")]


def test_a_workbook_holds_text_and_no_formula(cast: Cast, client: Client) -> None:
    """Check 21."""
    item = cast.item
    item.name = "=HYPERLINK(1)"
    item.save()
    ask(cast, item=item)
    come_in(client, cast.chen)
    answer = client.post(reverse("ledger_export"), {"kind": "xlsx", "reason": "核对"})
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "'=HYPERLINK(1)" in {cell.value for cell in cells}


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "|", "\u3000="]
)
def test_no_cell_begins_a_formula(start: str) -> None:
    """Check 21."""
    assert safe_text(f"{start}1+1").startswith("'")
    assert safe_text("平常的字") == "平常的字"
