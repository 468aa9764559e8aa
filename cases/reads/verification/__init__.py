"""Ask the history to prove itself (evidence.md 5): chain, signatures, projection.

Each case is read once: its events are hashed and checked again, and replayed. What they
say must be what the tables say: spans, offers, answers, papers, filings, directions,
questions, calls, state, dates and what each was counted from, and every text by its
commitment. Reads only, a batch of cases at a time, in a read-only transaction that sees
one moment.

What this cannot see: a whole case rewritten or removed by somebody who has the signing
key too. That is the work of the tree and its witnesses (evidence.md 3).

`batches` reads, `chains` hashes, `replay` plays the events, and `tables` compares.
"""

from .batches import verify_all, verify_case
from .findings import Checked, Finding

__all__ = ["Checked", "Finding", "verify_all", "verify_case"]
