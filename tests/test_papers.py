"""The slips people take home: every paper, its number, versions, copies and code."""

from __future__ import annotations

import contextlib
import re
import zlib
from collections import Counter
from typing import Any

import lxml.html
import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import pdf
from cases.actions import accepting, clocks, papers
from cases.lifecycle import RuleBroken
from cases.models import Case, CaseEvent, Notice, OpenedRecord, PaperPrint
from cases.models.notices import NoticeKind
from cases.numbers import PAPER_LETTERS, paper_number, parse_paper
from cases.reads.case import case_page
from cases.reads.papers import TRIES_PER_PAPER
from cases.reads.verification import verify_case
from cases.templatetags import papers as tags
from tests import joints
from tests.acts import ask_once, direct
from tests.cast import APPLICANT, WORDS, Cast, come_in, now
from tests.make_cases import Story
from tests.make_papers import papers_of_every_kind
from windows.models import Department

pytestmark = pytest.mark.django_db

TITLES = {
    "receipt": ("收件凭证", "Receipt for papers"),
    "acceptance": ("受理通知书", "Acceptance slip"),
    "one_time": ("一次性告知书", "One-time notice"),
    "omission": ("容缺受理告知承诺书", "Omission notice and commitment"),
    "extension": ("延长期限告知书", "Notice of extension"),
    "stop": ("特别程序告知书", "Notice of a special procedure"),
    "hand_over": ("转办单", "Hand-over slip"),
    "guide": ("引导单", "Guide slip"),
    "not_accepted": ("不予受理决定书", "Decision not to accept"),
    "refusal": ("不予办理决定书", "Decision of refusal"),
    "filing": ("否定报备登记表", "Negative filing form"),
    "reply_card": ("答复卡", "Reply card"),
    "delivery": ("送达回证", "Delivery proof"),
    "joint": ("并联审批流程时限表", "Joint time table"),
}


def page_of(paper: Notice, size: str = "", lang: str = "") -> str:
    url = reverse("paper", args=[paper.case_id, paper.pk])
    return f"{url}?size={size}&lang={lang}"


def print_it(client: Client, paper: Notice, **chosen: str) -> Any:
    """Press Print on the page of a paper."""
    form = client.get(page_of(paper)).context["print_form"]
    typed = {
        "form_key": form["form_key"].value(),
        "size": "a5",
        "lang": "zh",
        "how": "page",
    }
    url = reverse("paper_print", args=[paper.case_id, paper.pk])
    return client.post(url, {**typed, **chosen})


def unpacked(document: bytes) -> bytes:
    """The packed parts of a PDF, among them the list of its pages."""
    found = []
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", document, re.S):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(packed))
    return document + b"".join(found)


def number_of(notice: Notice) -> str:
    return paper_number(notice.kind, notice.year, notice.serial)


def code_of(client: Client, paper: Notice) -> str:
    return str(client.get(page_of(paper)).context["sheet"].code)


@pytest.fixture
def accepted(cast: Cast) -> Notice:
    """The acceptance slip of a case that Li answers for."""
    story = Story(cast)
    case = story.moved(item=True, contact=True).pk
    return accepting.accept_case(case, received=[1, 2], by=cast.li, at=now())


@pytest.fixture
def li(cast: Cast, client: Client) -> Client:
    return come_in(client, cast.li)


def test_every_kind_has_a_number_of_its_own() -> None:
    assert len(set(PAPER_LETTERS.values())) == len(PAPER_LETTERS)
    for kind in NoticeKind.values:
        number = paper_number(kind, 2026, 42)
        assert parse_paper(number) == (kind, 2026, 42)
        assert parse_paper(number.lower().replace("-", " ")) == (kind, 2026, 42)
    for odd in ("", "SL", "SL-2026-1", "XX-2026-0001", "SL-2026-00012345678", "²" * 90):
        assert parse_paper(odd) is None


def test_every_paper_in_both_languages_and_sizes(cast: Cast, client: Client) -> None:
    """Rules.md 5: each kind by its one template, with number, code and its fields."""
    come_in(client, cast.chen)
    joints.make_joint(cast)
    Department.objects.filter(name="规划局").update(name_en="Planning Bureau")
    found = papers_of_every_kind(cast)
    table = client.get(page_of(found["joint"], lang="en")).content.decode()
    assert "Planning Bureau" in table
    assert "规划局" not in table
    assert set(found) == set(NoticeKind.values) == set(TITLES)
    for kind, paper in found.items():
        for size in ("a5", "a4"):
            for lang, title in zip(("zh", "en"), TITLES[kind], strict=True):
                page = client.get(page_of(paper, size, lang)).content.decode()
                sheet = page[page.index("<article") : page.index("</article>")]
                assert f"paper--{size}" in page
                assert title in sheet, (kind, lang)
                assert paper_number(kind, paper.year, paper.serial) in sheet
                assert re.search(r"([0-9a-f]{4} ){3}[0-9a-f]{4}", sheet)
                assert "<path d=" in sheet
                assert APPLICANT.name not in page
                assert WORDS not in sheet
                assert "None" not in sheet
            if not size.endswith("4"):
                continue
            links = client.get(reverse("case", args=[paper.case_id])).content.decode()
            assert TITLES[kind][0] in links, kind
            assert TITLES[kind][0] in page[page.index("<h1") :], kind
        both = client.get(page_of(paper, "a4", "both")).content.decode()
        assert both.count("<article") == 2


def test_a_paper_is_frozen_in_its_act(cast: Cast) -> None:
    """Evidence 1 and 7: the event commits to all of it, and tells none of it."""
    found = papers_of_every_kind(cast)
    for kind, paper in found.items():
        name = {"omission": "omission", "joint": "table"}.get(kind, "notice")
        event = CaseEvent.objects.get(
            case=paper.case_id, body__contains=f'"{name}":{{"id":{paper.pk},'
        )
        assert event.at == paper.issued_at
        assert f'"{name.replace("notice", "content")}":"' in event.body
        for text in (APPLICANT.name, WORDS, "听取利害关系人意见", "不符合第三条"):
            assert text not in event.body, kind
        assert APPLICANT.name not in str(paper.content)
        assert WORDS not in str(paper.content)
        assert verify_case(paper.case_id).findings == []


def test_the_first_printing_is_the_original_and_each_later_one_a_copy(
    cast: Cast, li: Client, accepted: Notice
) -> None:
    """Rules.md 5: counted, marked, and on record with the name that was opened."""
    first = print_it(li, accepted).content.decode()
    assert APPLICANT.name in first
    assert "139****1234" in first
    assert str(APPLICANT.telephone) not in first
    assert "副本" not in first[first.index("<article") :]
    second = print_it(li, accepted).content.decode()
    assert "副本 · 第 2 次打印" in second
    assert PaperPrint.objects.count() == 2
    opened = OpenedRecord.objects.filter(what="paper", case=accepted.case_id)
    assert [(row.by, row.reason) for row in opened] == [
        (cast.li, number_of(accepted))
    ] * 2
    again = li.get(page_of(accepted)).content.decode()
    assert APPLICANT.name not in again


def test_printing_sent_twice_counts_once(li: Client, accepted: Notice) -> None:
    form = li.get(page_of(accepted)).context["print_form"]
    typed = {
        "form_key": form["form_key"].value(),
        "size": "a4",
        "lang": "both",
        "how": "page",
    }
    url = reverse("paper_print", args=[accepted.case_id, accepted.pk])
    assert li.post(url, typed).status_code == 200
    assert li.post(url, typed).status_code == 302
    # Back, and another button of the same page: a sentence, and no second printing.
    other = li.post(url, typed | {"size": "a5"}, follow=True)
    assert other.status_code == 200
    assert "这一份已经打印" in other.content.decode()
    assert PaperPrint.objects.count() == 1


def test_without_its_extra_part_a_page_says_how_to_get_a_pdf(
    li: Client, accepted: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    page = li.get(page_of(accepted)).content.decode()
    assert "未安装“pdf”组件" in page
    assert 'value="pdf"' not in page
    assert print_it(li, accepted, how="pdf").status_code == 302
    assert PaperPrint.objects.count() == 0


def test_every_paper_as_pdf_on_one_sheet_where_it_can(
    cast: Cast, client: Client
) -> None:
    """One page in its usual size and on A4, both languages on one each."""
    pytest.importorskip("weasyprint")
    come_in(client, cast.chen)
    for kind, paper in papers_of_every_kind(cast).items():
        for size, box in (("a4", b"595.27"), ("a5", b"419.52")):
            answer = print_it(client, paper, size=size, lang="both", how="pdf")
            assert answer.headers["Content-Type"] == "application/pdf"
            assert answer.content.startswith(b"%PDF-")
            document = unpacked(answer.content)
            assert box in document
            pages = len(re.findall(rb"/Type /Page\b(?!s)", document))
            is_long = size == "a5" and kind in ("refusal", "joint")
            longest = 4 if is_long else 2
            assert pages == 2 or pages <= longest, (kind, size, pages)


def test_a_refusal_says_that_it_is_one_and_names_the_remedies_once(
    cast: Cast, client: Client
) -> None:
    """R1.40 to R1.42: in the words of the law, whatever the clerk wrote beside it."""
    come_in(client, cast.chen)
    found = papers_of_every_kind(cast)
    for kind, said in (
        ("refusal", "决定不予办理。"),
        ("not_accepted", "申请。"),
    ):
        page = client.get(page_of(found[kind])).content.decode()
        sheet = page[page.index("<article") : page.index("</article>")]
        assert said in sheet
        assert sheet.count("复议") == 1
        english = client.get(page_of(found[kind], lang="en")).content.decode()
        assert "administrative review within 60 days" in english
    licence = {"item": {"name": "施工许可", "type": "行政许可"}}
    assert (
        tags.decided(licence, "refusal") == "对您申请的“施工许可”，决定不予行政许可。"
    )
    assert tags.with_both_remedies("可以申请行政复议").count("复议") == 2


def test_a_corrected_paper_keeps_its_number_and_says_what_it_corrects(
    cast: Cast, li: Client, accepted: Notice
) -> None:
    """Rules.md 5: version 2 corrects version 1; the limits still count from the act."""
    url = reverse("paper_again", args=[accepted.case_id, accepted.pk])
    form = li.get(page_of(accepted)).context["again"]
    typed = {name: form[name].value() for name in ("form_key", "seen")}
    assert li.post(url, {**typed, "correction": " "}).status_code == 422
    answer = li.post(url, {**typed, "correction": "窗口电话印错"})
    new = Notice.objects.get(version=2)
    assert answer.headers["Location"] == reverse("paper", args=[new.case_id, new.pk])
    assert (new.kind, new.year, new.serial) == ("acceptance", accepted.year, 1)
    assert new.content["promised"] == accepted.content["promised"]
    page = li.get(page_of(new)).content.decode()
    assert f"第 2 版，更正 {number_of(accepted)} 第 1 版：" in page
    assert "窗口电话印错" in page
    assert "已作废：由第 2 版替换" in li.get(page_of(accepted)).content.decode()
    with pytest.raises(RuleBroken, match="replaced already"):
        papers.reissue_paper(
            new.case_id, accepted.pk, correction="再改", by=cast.li, at=now()
        )
    assert verify_case(new.case_id).findings == []


def test_a_corrected_slip_moves_no_clock(cast: Cast, accepted: Notice) -> None:
    """R1.24: what stopped before the correction still counts, on page and in acts."""
    story, case = Story(cast), accepted.case_id
    clocks.stop_clock(
        case,
        ground="hearing",
        reason="举行听证会",
        limit_days=10,
        by=cast.li,
        at=now(),
    )
    before = Case.objects.get(pk=case)
    papers.reissue_paper(
        case, accepted.pk, correction="窗口电话印错", by=cast.chen, at=now()
    )
    page = case_page(Case.objects.all(), case, viewer=cast.li)
    assert page is not None
    assert page.explained is None
    assert {bar.due for bar in page.bars} >= {before.promised_due, before.statutory_due}
    clocks.resume_clock(case, by=cast.li, at=story.at())
    after = Case.objects.get(pk=case)
    assert after.statutory_due is not None
    assert before.statutory_due is not None
    assert after.statutory_due < before.statutory_due


def test_only_who_answers_for_it_or_a_supervisor_issues_a_paper_again(
    cast: Cast, accepted: Notice
) -> None:
    with pytest.raises(RuleBroken):
        papers.reissue_paper(
            accepted.case_id, accepted.pk, correction="更正", by=cast.wang, at=now()
        )
    new = papers.reissue_paper(
        accepted.case_id, accepted.pk, correction="更正", by=cast.chen, at=now()
    )
    assert new.version == 2


def test_in_print_nothing_stands_beside_the_sheet(li: Client, accepted: Notice) -> None:
    """What is on the page around the sheet is left out by the stylesheet."""
    page: Any = lxml.html.fromstring(li.get(page_of(accepted)).content)
    beside = page.xpath("//main/*[not(self::article)]")
    assert beside
    assert all("no-print" in str(one.get("class")) for one in beside)
    style = (project.BASE_DIR / "static/css/hall.css").read_text(encoding="utf-8")
    assert ".no-print { display: none !important; }" in style.split("@media print")[1]


# --- The public page ----------------------------------------------------------------


def ask(client: Client, number: str, code: str, address: str = "10.1.1.1") -> Any:
    typed = {"number": number, "code": code}
    return client.post(reverse("genuine"), typed, REMOTE_ADDR=address)


def test_the_public_learns_that_a_paper_is_genuine_and_nothing_else(
    cast: Cast, li: Client, accepted: Notice
) -> None:
    """Evidence 4: by the 16 digits, or the 64 behind the square code."""
    sheet = li.get(page_of(accepted)).context["sheet"]
    public = Client()
    found = ask(public, sheet.number.lower().replace("-", " "), sheet.code.upper())
    page = found.content.decode()
    assert "真实有效" in page
    assert "受理单" in page or "受理" in page
    for secret in (APPLICANT.name, sheet.case, cast.item.name, cast.li.name):
        assert secret not in page
    link = public.get(reverse("genuine"), {"number": sheet.number, "code": sheet.proof})
    assert "真实有效" in link.content.decode()
    papers.reissue_paper(
        accepted.case_id, accepted.pk, correction="更正", by=cast.li, at=now()
    )
    replaced = ask(public, sheet.number, sheet.code).content.decode()
    assert "已被第 2 版替换" in replaced


def _bare(response: Any) -> str:
    """A page without what was typed, its token and the number of the request."""
    page = re.sub(
        r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", response.content.decode()
    )
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", page)


def test_every_failure_is_the_same_page_after_the_same_work(
    li: Client, accepted: Notice
) -> None:
    """Check 47 and 48: unknown number, wrong code, odd ones, too many tries."""
    code = code_of(li, accepted)
    public, seen = Client(), set()
    number, year = number_of(accepted), accepted.year
    tries = [
        (number, "0" * 16),
        (f"SL-{year}-0009", code),
        (f"BZ-{year}-0001", code),
        ("abc", "no code"),
        (number, code[:9]),
        (number, code.replace(" ", "") * 2),
    ]
    for tried, typed in [*tries, *[(number, "0" * 16)] * TRIES_PER_PAPER]:
        with CaptureQueriesContext(connection) as queries:
            answer = ask(public, tried, typed)
        assert answer.status_code == 422
        shapes = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]
        work = "\n".join(one for one in shapes if "SAVEPOINT" not in one)
        seen.add((_bare(answer), work))
    limited = ask(public, number, code)
    assert limited.status_code == 422
    assert {page for page, _work in seen} == {_bare(limited)}
    assert len({work for _page, work in seen}) == 1


# --- Numbers ------------------------------------------------------------------------


class _Stumbled(Exception):
    """An act that fails after its paper was numbered."""


def _stumble(*args: Any, **kwargs: Any) -> None:
    raise _Stumbled


STEPS = ("accept", "ask_once", "offer", "direct", "again", "print", "fail")


@given(steps=st.lists(st.sampled_from(STEPS), max_size=14))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_acts_leave_a_hole_or_give_a_number_twice(
    cast: Cast, steps: list[str]
) -> None:
    """Rules.md 5: numbers, versions and printings run from 1, failed acts or not."""
    story = Story(cast)
    for step in steps:
        _walk(story, step)
    rows = Notice.objects.values_list("hall", "year", "kind", "serial", "version")
    first = [row[:4] for row in rows if row[4] == 1]
    assert len(first) == len(set(first))
    for series in {row[:3] for row in first}:
        serials = sorted(row[3] for row in first if row[:3] == series)
        assert serials == list(range(1, len(serials) + 1))
    for number, count in Counter(row[:4] for row in rows).items():
        versions = sorted(row[4] for row in rows if row[:4] == number)
        assert versions == list(range(1, count + 1))
    for paper in Notice.objects.prefetch_related("prints"):
        prints = [one.ordinal for one in paper.prints.all()]
        assert sorted(prints) == list(range(1, len(prints) + 1))


def _walk(story: Story, step: str) -> None:
    cast = story.cast
    last = Notice.objects.order_by("id").last()
    if step in {"accept", "ask_once", "fail"}:
        case = story.moved(item=True, contact=True).pk
        if step == "ask_once":
            ask_once(story, case)
            return
        with pytest.MonkeyPatch.context() as patch:
            if step == "fail":
                patch.setattr(accepting, "record", _stumble)
            try:
                accepting.accept_case(case, received=[1, 2], by=cast.li, at=now())
            except _Stumbled:
                return
    elif step == "offer":
        story.offer(story.ask())
    elif step == "direct":
        direct(story, story.ask().pk)
    elif last is not None and step == "print":
        papers.print_paper(last.case, last.pk, is_pdf=False, by=cast.li, at=now())
    elif last is not None:
        papers.reissue_paper(
            last.case_id, last.pk, correction="更正", by=cast.chen, at=now()
        )
