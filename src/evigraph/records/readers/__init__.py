"""Readers of files of records, one a format; which one is seen from what is in the file."""
