"""Decisions of people: how they are given, what they come to, and how far people agree."""
