"""Signed for: on the screen or by hand, sealed, on record, and with scans kept safe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageFile

from cases import scans
from cases.actions import papers, signing
from cases.lifecycle import RuleBroken
from cases.models import (
    CaseEvent,
    Notice,
    OpenedRecord,
    PaperPrint,
    Scan,
    Signature,
)
from cases.models.signatures import SIGNED_FOR
from cases.reads.verification import batches, verify_case
from tests.acts import INK, print_slip, sign, slip_of
from tests.acts import accept as accept_case
from tests.cast import Cast, come_in, now
from tests.make_cases import Story
from tests.make_papers import papers_of_every_kind
from tests.pictures import saved, seal_picture, small_pdf
from tests.test_papers import page_of, print_it, unpacked

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(cast: Cast) -> Story:
    return Story(cast)


@pytest.fixture
def case(story: Story) -> int:
    number = story.moved(item=True, contact=True).pk
    accept_case(story, number)
    slip, li = slip_of(number), story.cast.li
    PaperPrint.objects.create(notice=slip, ordinal=1, by=li, at=story.at())
    return number


@pytest.fixture
def li(cast: Cast, client: Client) -> Client:
    return come_in(client, cast.li)


def form_of(client: Client, paper: Notice, party: str) -> dict[str, Any]:
    """The form for a signature on the page of a paper, untouched."""
    forms = client.get(page_of(paper)).context["sign_forms"]
    form = next(one for one in forms if one["party"].value() == party)
    names = ("form_key", "seen", "party", "copies")
    return {name: form[name].value() for name in names}


def address(name: str, paper: Notice) -> str:
    return reverse(name, args=[paper.case_id, paper.pk])


def files_of_scans() -> list[Path]:
    return list(Path(settings.HALL_SCAN_DIR).rglob("*.*"))


def test_both_sign_on_the_screen_and_the_drawing_is_sealed(
    case: int, li: Client
) -> None:
    """Founding text 3, R1.10: both signatures, with time and copies; evidence 7."""
    slip = slip_of(case)
    for party in ("handler", "applicant"):
        typed = form_of(li, slip, party) | {"how": "screen", "drawn": INK}
        answer = li.post(address("paper_sign", slip), typed | {"copies": "2"})
        assert answer.status_code == 302, party
    handler, applicant = Signature.objects.order_by("id")
    assert (handler.copies, applicant.copies) == (0, 2)
    assert INK.encode() not in bytes(applicant.sealed or b"")
    event = CaseEvent.objects.filter(case_id=case).latest("seq")
    body = json.loads(event.body)
    assert body["signature"]["digest"] == applicant.digest
    assert len(body["commit"]["image"]) == 64
    assert INK not in event.body
    page = li.get(page_of(slip, lang="zh")).content.decode()
    assert page.count("屏幕签名") >= 4
    assert "收到 2 份" in page
    assert INK not in page
    history = li.get(reverse("case", args=[case])).content.decode()
    assert "申请人在" in history
    assert verify_case(case).findings == []


def test_a_drawing_is_opened_by_printing_or_on_purpose_and_on_record(
    story: Story, case: int, li: Client
) -> None:
    slip = slip_of(case)
    sign(story, case, INK)
    shown = li.post(address("paper_open", slip), {}).content.decode()
    assert f'd="{INK}"' in shown
    assert f'd="{INK}"' in print_it(li, slip).content.decode()
    opened = OpenedRecord.objects.filter(case_id=case).order_by("id")
    assert [row.what for row in opened] == ["signature", "paper"]
    assert f'd="{INK}"' not in li.get(page_of(slip)).content.decode()
    pytest.importorskip("weasyprint")
    document = print_it(li, slip, how="pdf").content
    assert document.startswith(b"%PDF-")
    assert b"300 90" in unpacked(document)


def test_what_was_never_printed_cannot_be_signed_by_hand(
    story: Story, li: Client
) -> None:
    """R1.10: nor scanned; on the screen it is signed without paper."""
    case = story.moved(item=True, contact=True).pk
    accept_case(story, case)
    slip, before = slip_of(case), files_of_scans()
    typed = form_of(li, slip, "applicant") | {"how": "paper"}
    refused = li.post(address("paper_sign", slip), typed)
    assert refused.status_code == 422
    assert "请先打印文书" in refused.content.decode()
    with pytest.raises(RuleBroken, match="Print the paper first"):
        signing.keep_scan(
            case, slip.pk, scan=seal_picture(), by=story.cast.li, at=now()
        )
    assert files_of_scans() == before
    sign(story, case, INK)
    print_slip(story, case)
    sign(story, case, party="handler")


@pytest.mark.parametrize(
    "drawn",
    [
        "",
        "M1 1",
        "M10 10L20 20",
        "M1 1L700 9",
        "M1 1L9 900",
        "L1 1L300 100",
        "M1 1L300 100<script>",
        "M0 0L" + "L".join(["300 100"] * 5000),
        "²" * 30,
    ],
)
def test_what_is_no_signature_is_refused_and_nothing_typed_is_lost(
    drawn: str, case: int, li: Client
) -> None:
    slip = slip_of(case)
    typed = form_of(li, slip, "applicant") | {"how": "screen", "drawn": drawn}
    answer = li.post(address("paper_sign", slip), typed | {"copies": "7"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="7"' in page
    assert "errorlist" in page
    assert not Signature.objects.exists()


def test_who_signs_what(story: Story, case: int, cast: Cast) -> None:
    """A handler signs what he issued; one signature for a party, on the newest."""
    slip = slip_of(case)
    with pytest.raises(RuleBroken, match="signs it as the handler"):
        sign(story, case, INK, party="handler", by=cast.chen)
    with pytest.raises(RuleBroken, match="records it"):
        sign(story, case, by=cast.wang)
    with pytest.raises(RuleBroken, match="how many copies"):
        sign(story, case, copies=10)
    sign(story, case)
    with pytest.raises(RuleBroken, match="already"):
        sign(story, case, INK)
    new = papers.reissue_paper(
        case, slip.pk, correction="更正窗口电话", by=cast.li, at=now()
    )
    with pytest.raises(RuleBroken, match="newest"):
        signing.keep_scan(case, slip.pk, scan=seal_picture(), by=cast.li, at=now())
    signing.sign_paper(
        case,
        new.pk,
        party="applicant",
        drawn=INK,
        copies=1,
        scan=None,
        by=cast.chen,
        at=now(),
    )
    assert verify_case(case).findings == []


def test_every_paper_to_sign_has_a_place_for_both_and_no_other_has(
    cast: Cast, client: Client
) -> None:
    """A new kind that is signed for shows its signatures in its own lines."""
    come_in(client, cast.chen)
    assert {str(kind) for kind in SIGNED_FOR} >= {"acceptance", "one_time", "omission"}
    for kind, paper in papers_of_every_kind(cast).items():
        act: dict[str, Any] = {
            "case_id": paper.case_id,
            "paper_id": paper.pk,
            "copies": 1,
            "scan": None,
            "at": now(),
        }
        if kind not in SIGNED_FOR:
            with pytest.raises(RuleBroken, match="not signed for"):
                signing.sign_paper(
                    **act, party="applicant", drawn=INK, by=paper.issued_by
                )
            continue
        for party in ("handler", "applicant"):
            signing.sign_paper(
                **act | {"at": now()}, party=party, drawn=INK, by=paper.issued_by
            )
        page = print_it(client, paper, lang="both").content.decode()
        sheets = page[page.index("<article") : page.rindex("</article>")]
        assert sheets.count(f'd="{INK}"') == 4, kind
        assert verify_case(paper.case_id).findings == []


# --- Scans --------------------------------------------------------------------------


def scan(content: bytes, name: str = "王小明 身份证.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def later_form(client: Client, paper: Notice) -> dict[str, Any]:
    form = client.get(page_of(paper)).context["scan_form"]
    return {name: form[name].value() for name in ("form_key", "seen")}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (small_pdf(), "application/pdf"),
        (seal_picture(), "image/png"),
        (saved(Image.new("L", (90, 60)), "JPEG"), "image/jpeg"),
    ],
)
def test_a_scan_is_kept_encrypted_and_handed_over_as_a_file_on_record(
    content: bytes, kind: str, story: Story, case: int, li: Client
) -> None:
    """R8.07: outside the web root, without a name, sealed; opening is on record."""
    slip, before = slip_of(case), set(files_of_scans())
    typed = form_of(li, slip, "applicant") | {"how": "paper", "copies": "1"}
    answer = li.post(address("paper_sign", slip), typed | {"scan": scan(content)})
    assert answer.status_code == 302
    row = Scan.objects.get()
    assert (row.media_type, row.size) == (kind, len(content))
    [file] = set(files_of_scans()) - before
    assert file.stem == row.name
    assert content[:20] not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    got = li.post(address("paper_open", slip), {"scan": row.pk})
    assert got.content == content
    assert got.headers["Content-Type"] == kind
    assert got.headers["Content-Disposition"].startswith("attachment; filename=")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "王小明" not in got.headers["Content-Disposition"]
    assert OpenedRecord.objects.get(case_id=case).what == "scan"
    assert verify_case(case).findings == []


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7\n<script>alert(1)</script>",
        small_pdf()[:200],
        seal_picture()[:200],
        b"\xff\xd8\xff" + bytes(500),
        saved(Image.effect_noise((400, 400), 60), "JPEG")[:2000],
        b"MZ" + bytes(500),
        small_pdf() + bytes(scans.MOST_BYTES),
    ],
)
def test_what_is_no_scan_is_refused_beside_the_field(
    content: bytes, case: int, li: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check 18 to 20: by content, whatever it is called; 10 MB at most.

    Once more as after the first PDF: WeasyPrint lets Pillow take half a picture.
    """
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    slip, before = slip_of(case), files_of_scans()
    typed = form_of(li, slip, "applicant") | {"how": "paper", "copies": "3"}
    answer = li.post(address("paper_sign", slip), typed | {"scan": scan(content)})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "scan_error" in page
    assert "10 MB" in page
    assert 'value="3"' in page
    assert files_of_scans() == before
    assert not Signature.objects.exists()


def test_a_scan_may_follow_and_a_refused_act_leaves_no_file(
    story: Story, case: int, li: Client, cast: Cast
) -> None:
    slip = slip_of(case)
    sign(story, case)
    typed = later_form(li, slip)
    assert li.post(address("paper_scan", slip), typed).status_code == 422
    kept = li.post(address("paper_scan", slip), typed | {"scan": scan(small_pdf())})
    assert kept.status_code == 302
    before = files_of_scans()
    again = li.post(address("paper_scan", slip), typed | {"scan": scan(small_pdf())})
    assert again.status_code == 302
    with pytest.raises(RuleBroken):
        signing.keep_scan(case, slip.pk, scan=small_pdf(), by=cast.wang, at=now())
    assert files_of_scans() == before
    assert Scan.objects.count() == 1
    assert "扫描件" in li.get(reverse("case", args=[case])).content.decode()


def test_a_missing_or_altered_scan_is_said_in_a_sentence_and_named(
    story: Story, case: int, li: Client
) -> None:
    slip, before = slip_of(case), set(files_of_scans())
    sign(story, case, scan=seal_picture())
    [file] = set(files_of_scans()) - before
    sealed, row = file.read_bytes(), Scan.objects.get()
    for damage, told in (
        (lambda: file.write_bytes(sealed[:-1] + b"x"), "altered"),
        (file.unlink, "missing"),
    ):
        damage()
        answer = li.post(address("paper_open", slip), {"scan": row.pk}, follow=True)
        assert answer.status_code == 200
        assert "缺失或已被改动" in answer.content.decode()
        [finding] = verify_case(case).findings
        assert f"scan {row.pk}: the file " in str(finding)
        assert told in str(finding)
    assert not OpenedRecord.objects.exists()


def test_a_signature_that_was_exchanged_or_told_by_nobody_is_named(
    story: Story, case: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(story, case, INK)
    read = batches._by_case

    def exchanged(model: Any, ids: list[int], order: str) -> Any:
        found = read(model, ids, order)
        if model is Signature:
            found[case][0]["sealed"] = b"another"
        return found

    with monkeypatch.context() as patch:
        patch.setattr(batches, "_by_case", exchanged)
        [finding] = verify_case(case).findings
        assert "it is not what was drawn" in str(finding)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_signature (case_id, notice_id, party, way, copies,"
            " digest, by_id, at) SELECT case_id, notice_id, 'handler', 'paper', 0, '',"
            " by_id, at FROM cases_signature"
        )
    [finding] = verify_case(case).findings
    assert "is in no event" in str(finding)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(
    ("scan", "sentence"),
    [
        (b"<html>", "no PDF, JPEG or PNG"),
        (b"%PDF-1.7 and no more", "cannot be opened"),
        (seal_picture() + bytes(scans.MOST_BYTES), "larger than 10 MB"),
    ],
)
def test_a_scan_that_is_refused_is_told_the_one_reason(
    scan: bytes, sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        signing._kept_file(1, scan)
