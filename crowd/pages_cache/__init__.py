"""Whole pages for visitors who are not signed in, kept ready: docs/decisions/0011-pages-kept-ready.md says why so."""
