"""Filings and published texts: every field has a source in the case, or says unknown."""
