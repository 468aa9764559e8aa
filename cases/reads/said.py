"""What the person said, opened for somebody who may see the case."""

from cases import vault
from cases.models import Case, Words

BEGINNING = 60
"""Characters of the words that stand in a list."""


def words_of(case: Case) -> str:
    """Return the words of a case read with `select_related("words")`; empty if erased.

    No statement of its own, so that a list may call it for every row.
    """
    words: Words | None = getattr(case, "words", None)
    if words is None:
        return ""
    row = f"cases.Words:{case.pk}"
    return vault.open_(words.data_key, row, "words", words.words_sealed)


def beginning(case: Case) -> str:
    """Return the beginning of the words, in one line."""
    text = " ".join(words_of(case).split())
    return text if len(text) <= BEGINNING else text[: BEGINNING - 1] + "…"
