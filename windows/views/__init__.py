"""The administrator's pages: thin; find, form, change, redirect.

An auditor reads every page that shows something and opens none that changes it.
"""
