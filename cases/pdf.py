"""Papers as PDF, where the extra `pdf` (WeasyPrint and Pango) is installed."""

import functools
import importlib.util
import threading
from typing import Any

from django.contrib.staticfiles import finders

_LOCK = threading.Lock()
"""Pango's fonts are shared: one PDF at a time in a process."""


@functools.cache
def is_available() -> bool:
    """Tell whether this server can write PDFs; else the browser prints."""
    if importlib.util.find_spec("weasyprint") is None:
        return False
    try:
        import weasyprint  # noqa: F401 (loads Pango)
    except OSError:
        return False
    return True


@functools.cache
def _style() -> tuple[Any, Any]:
    """Read the stylesheet of the papers once: it costs more than a page."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    found = finders.find("css/paper.css")
    return weasyprint.CSS(filename=found, font_config=fonts), fonts


def write_pdf(page: str) -> bytes:
    """Return a page of HTML as PDF, set with the stylesheet of the papers.

    A paper is complete in itself: its seal comes in the page (`data:`), and whatever
    else it names is not fetched.
    """
    import weasyprint
    from weasyprint.urls import URLFetcher

    with _LOCK:
        style, fonts = _style()
        document = weasyprint.HTML(
            string=page, url_fetcher=URLFetcher(allowed_protocols=["data"])
        )
        pdf = document.write_pdf(stylesheets=[style], font_config=fonts)
    return bytes(pdf)
