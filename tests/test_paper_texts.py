"""What a hall puts on its papers: texts and the seal, kept by each as it was issued."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.actions import accepting, papers
from cases.models import Notice
from cases.models.notices import NoticeKind
from cases.reads.verification import verify_case
from tests.bodies import config_stamp, filled_in
from tests.cast import Cast, come_in, now
from tests.make_cases import Story
from tests.pictures import seal_picture
from windows.editing import save_with_reason
from windows.models import Hall, PaperSeal, PaperText
from windows.papers import digest_of, texts_of

pytestmark = pytest.mark.django_db


def write(cast: Cast, kind: str, **texts: str) -> None:
    row = PaperText.objects.filter(hall=cast.hall, kind=kind).first()
    row = row or PaperText(hall=cast.hall, kind=kind)
    for name, text in texts.items():
        setattr(row, name, text)
    save_with_reason(row, by=cast.sun, reason="市局统一用语")


def seal(cast: Cast, colour: str) -> str:
    row = PaperSeal.objects.filter(hall=cast.hall).first() or PaperSeal(hall=cast.hall)
    row.content, row.media_type = seal_picture(colour), "image/png"
    row.digest = digest_of(row.content)
    save_with_reason(row, by=cast.sun, reason="更换印章")
    return row.digest


def accept(cast: Cast) -> Notice:
    case = Story(cast).moved(item=True, contact=True).pk
    return accepting.accept_case(case, received=[1, 2], by=cast.li, at=now())


def sheet_of(client: Client, paper: Notice, **chosen: str) -> str:
    page = client.get(reverse("paper", args=[paper.case_id, paper.pk]), chosen)
    text = page.content.decode()
    return text[text.index("<article") : text.rindex("</article>")]


def test_a_paper_keeps_the_texts_and_the_seal_it_was_issued_with(
    cast: Cast, client: Client
) -> None:
    """R1.09, rules.md 5: a later change alters no paper but the next version."""
    write(cast, "", heading="青澜市审批专用", footer="请妥善保管", footer_en="Keep it")
    write(cast, "acceptance", title="受理单", text="原文在此", footer="七日内有效")
    red = seal(cast, "red")
    paper = accept(cast)
    assert paper.content["texts"]["title"] == "受理单"
    write(cast, "acceptance", title="换了名字", text="换了说法")
    blue = seal(cast, "blue")
    li = come_in(client, cast.li)
    sheet = sheet_of(li, paper, lang="zh")
    for words in ("青澜市审批专用", "受理单", "原文在此", "七日内有效"):
        assert words in sheet
    for words in ("换了", "请妥善保管", "受理通知书"):
        assert words not in sheet
    assert reverse("paper_seal", args=[red]) in sheet
    english = sheet_of(li, paper, lang="en")
    assert "Acceptance slip" in english
    assert "Keep it" in english
    picture = li.get(reverse("paper_seal", args=[red]))
    assert picture.content == seal_picture("red")
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    new = papers.reissue_paper(
        paper.case_id, paper.pk, correction="换印章", by=cast.li, at=now()
    )
    assert (new.content["seal"], new.content["texts"]["title"]) == (blue, "换了名字")
    assert verify_case(paper.case_id).findings == []


def test_another_hall_has_texts_of_its_own(cast: Cast) -> None:
    other = Hall.objects.create(name="另一大厅")
    write(cast, "", heading="青澜市审批专用")
    assert texts_of(other.pk, "acceptance") == {}
    assert "texts" in texts_of(cast.hall.pk, "acceptance")


def test_an_administrator_looks_at_a_sample_and_then_saves_with_a_reason(
    cast: Cast, client: Client
) -> None:
    """A look saves nothing and asks no reason; a change is kept with who and why."""
    admin = come_in(client, cast.sun)
    url = reverse("paper_text_edit", args=["refusal"])
    typed = filled_in(admin.get(url).content, url) | {"title": "不予许可决定书"}
    look = admin.post(url, {**typed, "look": "1"}).content.decode()
    assert "样张" in look
    assert "不予许可决定书" in look[look.index("<article") :]
    assert not PaperText.objects.exists()
    assert admin.post(url, {**typed, "reason": ""}).status_code == 422
    long = admin.post(url, {**typed, "title": "长" * 31, "look": "1"})
    assert long.status_code == 422
    assert 'id="id_title_error"' in long.content.decode()
    done = admin.post(url, {**typed, **config_stamp()}, follow=True).content.decode()
    assert "不予许可决定书" in done
    [line] = PaperText.history.filter(hall=cast.hall, kind="refusal")
    assert (line.history_user, line.history_change_reason) == (
        cast.sun,
        config_stamp()["reason"],
    )
    listed = admin.get(reverse("paper_texts")).content.decode()
    assert "不予许可决定书" in listed
    assert admin.get(reverse("paper_text", args=["nothing"])).status_code == 404


def test_every_kind_has_a_sample_that_nobody_takes_for_a_paper(
    cast: Cast, client: Client
) -> None:
    """A new kind without facts in `reads/samples.py` shows up here."""
    admin = come_in(client, cast.sun)
    write(cast, "", text="本单一式两份", text_en="Two copies")
    for kind in ("all", *NoticeKind.values):
        url = reverse("paper_text", args=[kind])
        for lang, mark in (("zh", "样张"), ("en", "Sample: this is no paper")):
            page = admin.get(url, {"lang": lang}).content.decode()
            sheet = page[page.index("<article") : page.rindex("</article>")]
            assert mark in sheet
            assert "None" not in sheet, kind
            assert "0000 0000 0000 0000" in sheet
            assert ("本单一式两份" if lang == "zh" else "Two copies") in sheet
            # The hall of the cast has no English name; all else is of one language.
            others = sheet.replace(cast.hall.name, "").replace(cast.hall.address, "")
            if lang == "en":
                assert not re.search("[\u4e00-\u9fff]", others), kind
            else:
                assert "(a paper)" not in sheet


def upload(content: bytes, name: str = "seal.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + bytes(99),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        seal_picture()[:-30],
        seal_picture(size=2001),
        seal_picture() + bytes(300 * 1024),
    ],
)
def test_what_is_no_modest_picture_becomes_no_seal(
    content: bytes, cast: Cast, client: Client
) -> None:
    """Check 18: judged by the content, a sentence beside the field."""
    admin = come_in(client, cast.sun)
    body: dict[str, Any] = config_stamp() | {"picture": upload(content)}
    answer = admin.post(reverse("paper_seal_edit"), body)
    assert answer.status_code == 422
    assert 'id="id_picture_error"' in answer.content.decode()
    assert not PaperSeal.objects.exists()


def test_a_seal_is_looked_at_on_a_sample_and_then_saved_without_choosing_it_again(
    cast: Cast, client: Client
) -> None:
    admin = come_in(client, cast.sun)
    url = reverse("paper_seal_edit")
    look = admin.post(
        url,
        config_stamp() | {"look": "1", "picture": upload(seal_picture()), "reason": ""},
    )
    page = look.content.decode()
    assert look.status_code == 200
    assert "data:image/png;base64," in page[page.index("<article") :]
    assert "img-src 'self' data:" in look.headers["Content-Security-Policy"]
    assert not PaperSeal.objects.exists()
    body = filled_in(look.content, url) | config_stamp()
    assert admin.post(url, body).status_code == 302
    assert bytes(PaperSeal.objects.get().content) == seal_picture()
