"""Thin pages: access, form, action, redirect."""
