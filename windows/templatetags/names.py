"""Names on a page whose language is not theirs."""

import re

from django import template
from django.utils.html import format_html

from windows.naming import is_english

register = template.Library()

_HAN = re.compile("[\u3400-\u9fff]")


@register.filter
def tongue(text: object) -> str:
    """Mark what is Chinese on an English page, so that it is read out as such."""
    words = "" if text is None else str(text)
    if not is_english() or not _HAN.search(words):
        return words
    return format_html('<span lang="zh-Hans">{}</span>', words)
