"""Every page, for everybody: WCAG 2.2 AA, two languages, two colour schemes, any size.

The pages are those of the table in tests/permissions.py: whatever answers a GET with a
whole page is opened here by somebody who may, so that a new page is judged without
anyone remembering it. To these come the forms sent empty, with all their complaints,
and the pages that only something that happens brings up (`SITUATIONS`). Names are
as long as a real hall's.

Structure does not depend on colours and contrast hardly on language: of the four
combinations of them a page gets two with nothing in common, and a page much like
another one gets one; which ones changes from page to page. With HALL_FULL=1 every page
gets all four, as everybody sees it who may. HALL_SCREENS=folder keeps pictures.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, Literal, NamedTuple

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser

from hallsvc import errors
from tests import bodies, workbooks
from tests import permissions as table
from tests.browser.screen import SIZES, Screen, opened
from tests.browser.steps import LANGUAGES, RULES, SCHEMES
from tests.cast import now
from tests.test_load_basics import NOTICE
from tests.test_permissions import arguments
from tests.world import World, case_address, undone
from windows import idle, importing
from windows.models import (
    Clerk,
    Department,
    Hall,
    ImportRun,
    Seat,
    ServiceItem,
    Window,
)
from windows.models.records import ImportState

FULL = bool(os.environ.get("HALL_FULL"))
PAGES = table.pages()
VIEWERS = (
    *("nobody", "newcomer", "holder", "target"),
    *("supervisor", "administrator", "auditor"),
)
"""One of each kind; who opens a page is the first of them who may."""

NO_PAGES = {
    "healthz": "a sign of life",
    "desk_poll": "nothing, or a part of the desk",
    "windows:clerk_photo": "a picture",
    "paper_seal": "a picture",
    "windows:import_progress": "a part of a page",
    "windows:matrix_cell_fragment": "a part of a page",
}
"""What answers a GET with something else than a page of its own."""

SHOWN = [name for name, page in PAGES.items() if "shown" in page.get.values()]

Scheme = Literal["light", "dark"]
Fetch = Callable[[Client], Any]


class Shown(NamedTuple):
    """A page, how somebody comes to see it, and where."""

    label: str
    person: str
    path: str
    fetch: Fetch
    is_brief: bool = False
    """Much like another page: one combination, and no walk through it."""


def got(label: str, person: str, path: str, *, is_brief: bool = False) -> Shown:
    """A page that is opened."""
    return Shown(label, person, path, lambda client: client.get(path), is_brief)


def sent_empty(label: str, person: str, path: str, body: dict[str, Any]) -> Shown:
    """A page with a form that comes back; or the next page, if nothing was missing."""

    def fetch(client: Client) -> Any:
        return client.post(path, body, follow=True)

    return Shown(f"{label} sent empty", person, path, fetch, is_brief=True)


@pytest.fixture(scope="module")
def screen(browser: Browser) -> Iterator[Screen]:
    with opened(browser) as tab:
        yield tab


@pytest.fixture(autouse=True)
def _long_names(world: World) -> None:
    """Names as long as they are in a real hall."""
    Hall.objects.filter(pk=world.hall.pk).update(
        name="临江市政务服务和公共资源交易中心（市民服务中心）",
        telephone="0795-12345678",
    )
    for place in world.windows.values():
        Window.objects.filter(pk=place.pk).update(
            name=f"社会保险和户籍业务综合受理{place.number}"
        )
    for name in ("holder", "target", "other", "mate"):
        clerk = world.people[name]
        Clerk.objects.filter(pk=clerk.pk).update(name=f"买买提江·吐尔逊{clerk.name}")
    Department.objects.filter(pk=world.police.pk).update(
        name="市人力资源和社会保障局（市就业促进中心、市社会保险中心）"
    )
    for item in (world.item, world.second_item):
        ServiceItem.objects.filter(pk=item.pk).update(
            name=f"参保人员因病或非因工死亡一次性抚恤金待遇核定支付（{item.name}）"
        )


# --- How a page is judged -----------------------------------------------------------


def combinations(shown: Shown) -> list[tuple[str, Scheme]]:
    """Language and colour scheme."""
    every = list(product(LANGUAGES, SCHEMES))
    if FULL:
        return every
    start = zlib.crc32(f"{shown.label} {shown.person}".encode()) % 4
    return [every[start]] if shown.is_brief else [every[start], every[3 - start]]


def faults_of(world: World, screen: Screen, shown: Shown) -> Iterator[str]:
    """All that is wrong with a page in any language, colours and size."""
    for number, (language, scheme) in enumerate(combinations(shown)):
        where = f"{shown.label}, {shown.person}, {language}, {scheme}"
        client = world.client(shown.person)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        with undone():
            response = shown.fetch(client)
        assert b"<html" in response.content, (where, response.status_code)
        screen.page.emulate_media(color_scheme=scheme)
        screen.show(response, shown.path)
        screen.picture(where)
        found = screen.ask("order()") + screen.ask("rings()")
        if number:
            # What is folded in is looked at once.
            screen.ask("unfold()")
        found += screen.ask(f"axe({RULES})")
        for name, size in SIZES.items():
            screen.resize(size)
            found += [f"{name}: {fault}" for fault in screen.ask("layout()")]
            if name == "telephone":
                found += screen.ask("axe(['target-size'])")
        screen.resize(SIZES["counter"])
        found += [f"spread: {fault}" for fault in screen.ask("spread()")]
        if not number and not shown.is_brief:
            found += screen.walk()
        yield from (f"{where}: {fault}" for fault in [*found, *screen.said])


def judge(world: World, screen: Screen, pages: Iterator[Shown]) -> None:
    """Fail with everything that is wrong with some pages."""
    faults = [fault for shown in pages for fault in faults_of(world, screen, shown)]
    assert not faults, "\n".join(faults)


# --- The pages of the table ---------------------------------------------------------


def viewers(who: Callable[[str], bool]) -> list[str]:
    """Who of each kind may; the first of them unless everything is wanted."""
    may = [person for person in VIEWERS if who(person)]
    return may if FULL else may[:1]


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_is_for_everybody(world: World, screen: Screen, name: str) -> None:
    """As it is opened, and with every complaint that an empty form brings up."""
    page = PAGES[name]
    path = reverse(name, args=arguments(world, page, "own"))
    people = viewers(lambda person: page.outcome(person, "GET") == "shown")
    if name in NO_PAGES:
        assert b"<html" not in world.client(people[0]).get(path).content
        return

    def pages() -> Iterator[Shown]:
        for person in people:
            yield got(name, person, path)
            if page.outcome(person, "POST") in {"wrong", "done"}:
                yield sent_empty(name, person, path, {})

    judge(world, screen, pages())


@pytest.mark.parametrize("state", [one for one in table.SEES if table.SEES[one]])
def test_a_case_is_for_everybody(world: World, screen: Screen, state: str) -> None:
    """In every state, as everybody whose page of it differs."""
    path = reverse("case", args=[world.cases[state]])
    people = [person for person in VIEWERS if person in table.SEES[state]]
    label = f"case {state}"
    judge(
        world,
        screen,
        (got(label, person, path, is_brief=person != "holder") for person in people),
    )


@pytest.mark.parametrize("act", table.acts())
def test_an_act_is_for_everybody(world: World, screen: Screen, act: str) -> None:
    """The page with its form open, and with every complaint of an empty one."""

    def pages() -> Iterator[Shown]:
        allowed = table.may(act)
        for state in allowed if FULL else [one for one in allowed if allowed[one]][:1]:
            path = case_address(act, world.cases[state])
            for person in viewers(allowed[state].__contains__):
                shown = path
                if act in table.POSTED_ONLY:  # its form stands on the paper's page
                    shown = case_address("paper", world.cases[state])
                yield got(f"{act} {state}", person, shown)
                body = bodies.stamp(world.people[person], world.cases[state])
                if state == "offered":
                    body["offer"] = str(world.offers["offered"])
                yield sent_empty(f"{act} {state}", person, path, body)

    judge(world, screen, pages())


# --- What only comes up when something happens --------------------------------------


def locked(world: World, client: Client) -> Any:
    """Something was typed, and then nobody was there for too long."""
    session = client.session
    session["seen"] -= 20
    session.save()
    with override_settings(HALL_IDLE_SECONDS=-idle.GRACE):
        return client.post(reverse("sit"), {"note": "没打完的字"})


def still_locked(world: World, client: Client) -> Any:
    typed = {"password": "wrong", "next": "/", "carried:note": "没打完的字"}
    return client.post(reverse("unlock"), typed)


def locked_out(world: World, client: Client) -> Any:
    wrong = {"staff_number": "1001", "password": "wrong"}
    for _time in range(6):
        answer = Client().post(reverse("login"), wrong)
    assert answer.status_code == 422
    return client.get(reverse("locks"))


def refused_at_the_door(world: World, client: Client) -> Any:
    return client.post(reverse("login"), {"staff_number": "1001", "password": "wrong"})


def nowhere_to_sit(world: World, client: Client) -> Any:
    Seat.objects.filter(clerk=world.people["holder"]).delete()
    return client.get(reverse("new_case"), follow=True)


def looked_up(world: World, client: Client) -> Any:
    typed = {"words": "新生儿出生登记", "do": "look_up"}
    return client.post(reverse("new_case"), typed)


def just_opened(world: World, client: Client) -> Any:
    """The code on the page, and words without a place to break them."""
    words = "我想问" + "https://example.gov.cn/" + "x" * 300
    body = {
        "words": words,
        "channel": "counter",
        **bodies.stamp(world.people["holder"]),
    }
    return client.post(reverse("new_case"), body, follow=True)


def opened_data(world: World, client: Client) -> Any:
    case = world.cases["asked"]
    body = bodies.case_body(world, "case_reveal", case, "holder")
    return client.post(reverse("case_reveal", args=[case]), body)


def day_by_day(world: World, client: Client) -> Any:
    return client.get(
        reverse("case", args=[world.cases["accepted"]]) + "?days=promised"
    )


def came_too_late(world: World, client: Client) -> Any:
    return client.get(reverse("case_accept", args=[world.cases["closed"]]))


def overtaken(world: World, client: Client) -> Any:
    """Somebody else was faster, and what was typed is kept."""
    case = world.cases["asked"]
    body = bodies.case_body(world, "case_answer", case, "holder")
    world.client("holder").post(
        reverse("case_hand_over", args=[case]),
        bodies.case_body(world, "case_hand_over", case, "holder"),
    )
    return client.post(reverse("case_answer", args=[case]), body)


def searched(world: World, client: Client) -> Any:
    return client.post(reverse("ledger_search"), {"q": "户口"}, follow=True)


def nothing_found(world: World, client: Client) -> Any:
    return client.get(reverse("ledger") + "?view=limbo&state=closed")


def item_for_a_miss(world: World, client: Client) -> Any:
    return client.get(
        reverse("windows:miss_alias", args=[world.own["miss"]]) + "?q=110001"
    )


def notice(world: World, client: Client) -> Any:
    file = SimpleUploadedFile("2027.csv", NOTICE.encode())
    return client.post(reverse("calendar_upload"), {"year": "2027", "file": file})


def previewed(world: World, client: Client, part: str = "refused") -> Any:
    name = "参保人员因病或非因工死亡一次性抚恤金待遇核定支付"
    rows: workbooks.Rows = [
        ["事项编码", "事项名称", "部门", "申请材料"],
        ["110001", name, "公安局", "申请表；身份证"],
        ["A2", name, "一个还没有的部门", "照片"],
        *([["A3", "", "公安局", ""]] if part == "refused" else []),
    ]
    csv = importing.read_table(workbooks.csv_bytes(rows))
    run = importing.take_preview(
        csv,
        importing.make_plan(csv),
        file_name="二〇二六年市级行政权力事项目录（公开征求意见稿第三版）.csv",
        by=world.people["administrator"],
        at=now(),
    )
    return client.get(reverse("windows:import_run", args=[run.pk]) + f"?part={part}")


def previewed_changes(world: World, client: Client) -> Any:
    return previewed(world, client, "changed")


def imported(state: str, message: str = "") -> Callable[[World, Client], Any]:
    def act(world: World, client: Client) -> Any:
        ImportRun.objects.filter(pk=world.own["import"]).update(
            state=state, message=message, rows=300, rows_done=120, reason="年度更新"
        )
        return client.get(reverse("windows:import_run", args=[world.own["import"]]))

    return act


def progress_of(state: str) -> Callable[[World, Client], Any]:
    def act(world: World, client: Client) -> Any:
        case = world.cases[state]
        typed = {"number": str(case), "code": world.codes[state]}
        answer = client.post(reverse("progress"), typed)
        assert answer.status_code == 200
        return answer

    return act


def failed(status: int) -> Callable[[World, Client], Any]:
    """The page for a status code, with words that were typed and kept."""

    def act(world: World, client: Client) -> HttpResponse:
        request: HttpRequest = RequestFactory().post(
            "/", {"text": "没打完的字" * 30}, headers={"referer": "http://testserver/"}
        )
        language = client.cookies[settings.LANGUAGE_COOKIE_NAME].value
        with translation.override(language):
            return errors.page(request, status)

    return act


SITUATIONS: dict[str, tuple[str, Callable[[World, Client], Any]]] = {
    "locked": ("holder", locked),
    "still locked": ("holder", still_locked),
    "locked out": ("supervisor", locked_out),
    "refused at the door": ("nobody", refused_at_the_door),
    "nowhere to sit": ("holder", nowhere_to_sit),
    "looked up": ("holder", looked_up),
    "just opened": ("holder", just_opened),
    "personal data opened": ("holder", opened_data),
    "a deadline day by day": ("holder", day_by_day),
    "came too late": ("holder", came_too_late),
    "overtaken": ("holder", overtaken),
    "searched": ("supervisor", searched),
    "nothing found": ("auditor", nothing_found),
    "an item for a miss": ("administrator", item_for_a_miss),
    "a notice": ("administrator", notice),
    "refused rows": ("administrator", previewed),
    "changed rows": ("administrator", previewed_changes),
    "import running": ("administrator", imported(ImportState.RUNNING)),
    "import done": ("auditor", imported(ImportState.DONE)),
    "import failed": ("administrator", imported(ImportState.FAILED, "x")),
    **{
        f"progress {state}": ("nobody", progress_of(state))
        for state in ("asked", "offered", "waiting", "directed", "filed", "closed")
    },
    **{
        f"error {status}": ("nobody", failed(status))
        for status in (400, 403, 404, 409, 429, 500, 503)
    },
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_comes_up_is_for_everybody(
    world: World, screen: Screen, name: str
) -> None:
    """Locks, refusals, results, errors: nothing of it has an address of its own."""
    person, act = SITUATIONS[name]
    shown = Shown(name, person, "/", lambda client: act(world, client))
    judge(world, screen, iter([shown]))


@pytest.mark.parametrize("open_it", ["openKeys()", "cover()"])
def test_what_lies_over_a_page_is_for_everybody(
    world: World, screen: Screen, open_it: str
) -> None:
    """The list of keys, and the cover of a quiet screen."""
    for language, scheme in product(LANGUAGES, SCHEMES):
        client = world.client("holder")
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        screen.page.emulate_media(color_scheme=scheme)
        screen.show(client.get(reverse("desk")), reverse("desk"))
        screen.ask(open_it)
        found = screen.ask(f"axe({RULES})")
        for size in SIZES.values():
            screen.resize(size)
            found += screen.ask("layout()")
        screen.resize(SIZES["counter"])
        assert found + screen.ask("spread()") + screen.said == []


# --- The judge itself ---------------------------------------------------------------

FLAWS = {
    "2 h1": "<h1>又一个</h1>",
    "no title": "<script>document.title = ''</script>",
    "label:": "<input>",
    "no name:": "<input placeholder='姓名'>",
    "jumps the queue:": "<a href='/' tabindex='5'>先</a>",
    "color-contrast:": "<p style='color: #999'>看不清的字</p>",
    "target-size:": "<button class='small'>一</button><a href='/'>二</a>",
    "no ring:": "<button style='outline: none'>点</button>",
    "pale ring": "<button style='outline: 3px solid #ddd'>点</button>",
    "takes no focus:": "<div inert><a href='/'>点</a></div>",
    "counter: 42 px too wide:": "<div style='width: 1400px'>宽</div>",
    "telephone: 118 px too wide:": "<div style='width: 500px'>宽</div>",
    "twice as large: 25 px too wide:": "<div style='width: 700px'>宽</div>",
    "counter: cut off:": "<p class='low'>一<br>二</p>",
    "counter: squeezed:": "<label>日期<input type='date' class='dot'></label>",
    "telephone: squeezed: <th": (
        "<table><tr><th class='dot'>参保人员一次性抚恤金待遇核定</th></tr></table>"
    ),
    "spread: cut off:": "<p class='narrow'>八个字正好放得下</p>",
    "not reached:": (
        "<a href='/' onfocus='document.getElementById(\"c\").focus()'>一</a>"
        "<a href='/'>二</a><a href='/' id='c'>三</a>"
    ),
    "out of sight:": "<div class='veil'></div><a href='/'>在下面</a>",
    "Content Security Policy": "<script src='/static/x.js'></script>",
}
"""What a page may not have, and a page that has it."""

BROKEN = """<!doctype html><html lang="zh-hans"><head><title>甲</title><style>
.veil { position: fixed; inset: 0; background: #fff; }
:focus { outline: 3px solid #00f; }
.small { font-size: 8px; width: 12px; height: 12px; padding: 0; }
.dot { width: 3em; max-width: 3em; }
.low { height: 1em; overflow: hidden; }
.narrow { width: 8.2em; overflow: hidden; white-space: nowrap; }
</style></head><body><a class="skip" href="#main">跳到正文</a>
<main id="main" tabindex="-1"><h1>甲</h1>FLAW</main></body></html>"""


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_seen(world: World, screen: Screen, flaw: str) -> None:
    """Each question finds what it is asked for, on an otherwise faultless page."""
    response = HttpResponse(
        BROKEN.replace("FLAW", FLAWS[flaw]),
        headers={"Content-Security-Policy": "script-src 'unsafe-inline'"},
    )
    needs_a_walk = flaw in {"not reached:", "out of sight:"}
    page = Shown("a page", "nobody", "/", lambda _: response, not needs_a_walk)
    found = [*faults_of(world, screen, page)]
    assert any(flaw in fault for fault in found), found


def test_a_page_without_a_flaw_is_let_pass(world: World, screen: Screen) -> None:
    """Otherwise the test above would prove nothing."""
    response = HttpResponse(BROKEN.replace("FLAW", ""))
    page = Shown("a page", "nobody", "/", lambda client: response)
    assert [*faults_of(world, screen, page)] == []
