"""What the person said, opened for somebody who may see the case."""

from cases import vault
from cases.models import Case

BEGINNING = 60
"""Characters of the words that stand in a list."""


def words_of(case: Case) -> str:
    """Return the words of a case read with `select_related("words")`.

    No statement of its own, so that a list may call it for every row.
    """
    row = vault.words_row(case.pk)
    return vault.open_(case.words.data_key, row, "words", case.words.words_sealed)


def beginning(case: Case) -> str:
    """Return the beginning of the words, in one line."""
    text = " ".join(words_of(case).split())
    return text if len(text) <= BEGINNING else text[: BEGINNING - 1] + "…"
