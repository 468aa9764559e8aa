"""Every page-shaped read: one function per page, frozen dataclasses out.

The number of statements of each is pinned by a test, with 1 and with 100 rows.
"""
