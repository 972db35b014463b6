"""Sheets in which the facts of studies are extracted: what is known, on which basis, and what is not."""
