"""Spoils files at random and hands them to every reader: make fuzz."""
