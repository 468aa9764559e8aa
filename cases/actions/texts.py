"""What every text in a case must be: real, civil, well worded."""

from cases import wording
from cases.lifecycle import RuleBroken

from ._steps import _

LETTERS = 8
"""Letters or Han characters a real text has at least; the database counts too."""

DIFFERENT_LETTERS = 5

REASON_LETTERS, REASON_DIFFERENT = 4, 3
"""The same of a reason; the database counts these too."""

_DIGITS = frozenset("0123456789０１２３４５６７８９")

SENDS_AWAY = frozenset(
    {
        wording.Kind.RUDE,
        wording.Kind.NOT_MINE,
        wording.Kind.UNKNOWN,
    }
)
"""Kinds of words that no text for a citizen may hold."""


def real_text(text: str, field: str = "text") -> None:
    """Refuse a text that says nothing: at least 8 letters, 5 different ones."""
    if not _says(text, LETTERS, DIFFERENT_LETTERS):
        sentence = _("Write it out: at least eight letters or characters.")
        if field == "text":
            sentence = _("Write a real answer: at least eight letters or characters.")
        raise RuleBroken(sentence, field=field)


def real_reason(text: str, field: str = "reason") -> None:
    """Refuse a reason, or a legal basis, of fewer than 4 letters, 3 different ones.

    It is read by people who work here, or names an article; a word or two may do.
    """
    if not _says(text, REASON_LETTERS, REASON_DIFFERENT):
        raise RuleBroken(
            _("Say it in a few words: at least four letters or characters."),
            field=field,
        )


def real_words(text: str, field: str) -> None:
    """Refuse a name, or how to get something, of fewer than two letters."""
    if not _says(text, 2, 2):
        raise RuleBroken(
            _("Say it in words: at least two letters or characters."), field=field
        )


def names_something(text: str) -> bool:
    """Whether a reference has a letter or digit at all; the database counts them too.

    A dash, or a blank that nobody sees, proves nothing.
    """
    return any(
        _is_letter(char)
        or char in _DIGITS
        or "Ａ" <= char <= "Ｚ"
        or "ａ" <= char <= "ｚ"
        for char in text
    )


def _says(text: str, least: int, different: int) -> bool:
    letters = [char for char in text if _is_letter(char)]
    return len(letters) >= least and len(set(letters)) >= different


def _is_letter(char: str) -> bool:
    """Count the letters that `hall_letters` in the database counts."""
    return (
        "A" <= char <= "Z"
        or "a" <= char <= "z"
        or ("\u00c0" <= char <= "\u024f" and char not in "\u00d7\u00f7")
        or "\u3400" <= char <= "\u4dbf"
        or "\u4e00" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
    )


def well_worded(text: str, *beside: str) -> None:
    """Refuse forbidden and bare wording (R7.01 to R7.08, 7.2), naming the words.

    `beside` are the parts told together with the text: a basis or a next step there
    counts, so that nobody has to write it twice.
    """
    verdict = wording.check(" ".join([text, *filter(None, beside)]))
    if not verdict.ok:
        raise BadWording(verdict)


def civil(field: str, *texts: str) -> None:
    """Refuse words that send somebody away, in a text that is not itself the answer.

    A paper's name or a reason need not show the way on, but nothing that reaches the
    citizen is rude or fobs off (R7.01, R7.05).
    """
    for text in texts:
        verdict = wording.check(text)
        if any(one.refuses and one.kind in SENDS_AWAY for one in verdict.findings):
            raise BadWording(verdict, field=field)


class BadWording(RuleBroken):
    """The wording check refused a text; `verdict` says which words and what to add."""

    def __init__(self, verdict: wording.Verdict, *, field: str = "text") -> None:
        super().__init__(
            _("This would send the person away. See what to add."),
            field=field,
            rule="R7.01",
        )
        self.verdict = verdict
