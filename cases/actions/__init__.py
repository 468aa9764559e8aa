"""Every write to a case: one verb, one function, one transaction.

Each follows the same five steps: lock the case row, read again under the lock, ask the
rule (`lifecycle`), write narrowly, record the event last. `by` is the person who acts
and `at` the moment; jobs act in the name of the system's own row. Actions never call
each other: what they share stands in `_steps`, and what a text must be in `texts`.
"""
