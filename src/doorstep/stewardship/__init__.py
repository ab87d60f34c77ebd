"""Verbs that need pages and cases: own, amend, approve, communicate."""
