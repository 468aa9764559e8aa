"""The check of what a clerk tells the person at the counter (R7.01 to R7.08).

`check` reads one text and says which words in it are rude, send the person away, or
leave a bare no or a vague word standing alone; for each it proposes what to add. It
holds no whole sentences: words come in classes (`chinese`, `english`), and R7.2
decides, for a negative is fine as soon as it comes with

* a reason or basis and a next step,
* a named destination,
* the list of what is missing,
* a promise with a time or an owner, or
* the number of a filing or an approval.

Rudeness is not cured by any of these; the words of somebody else, quoted while
answering, are not held against the clerk. Plain Python: no Django, no database, nothing
remembered between two calls. It never raises, and takes time in proportion to the text.
"""

from cases.wording.judge import Finding, Kind, Verdict, check

__all__ = ["Finding", "Kind", "Verdict", "check"]
