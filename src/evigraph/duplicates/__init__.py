"""Finds records that are entries for the same publication, merges them, and takes merges back."""
