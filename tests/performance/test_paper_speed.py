"""Papers as PDF: processor time of each on one core."""

import re
import statistics
import time

import pytest
from django.template.loader import render_to_string
from django.test import Client

from cases import pdf
from tests.cast import Cast, come_in
from tests.make_papers import papers_of_every_kind
from tests.test_papers import page_of

MOST_MS = 1500
"""With Debian's libharfbuzz-subset0; without it a page takes many times as long."""


@pytest.mark.benchmark
@pytest.mark.django_db
def test_a_pdf_is_there_before_the_person_has_put_the_pen_down(
    cast: Cast, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("weasyprint")
    come_in(client, cast.chen)
    took: list[float] = []
    for paper in papers_of_every_kind(cast).values():
        context = client.get(page_of(paper, "a5", "zh")).context
        names = ("sheet", "size", "languages", "square", "check_at")
        page = render_to_string(
            "papers/pdf.html", {name: context[name] for name in names}
        )
        assert not re.search(r'(src|href)="(?!#)', page), "a paper loads nothing"
        if not took:
            pdf.write_pdf(page)  # fonts and stylesheet are read once
        started = time.process_time()
        size = len(pdf.write_pdf(page))
        took.append(time.process_time() - started)
        assert size < 400_000
    each = statistics.median(took)
    with capsys.disabled():
        print(
            f"\npapers: {1 / each:.1f} PDFs a second and core; {each * 1000:.0f} ms "
            f"(median), {max(took) * 1000:.0f} ms (most)"
        )
    assert each * 1000 < MOST_MS
