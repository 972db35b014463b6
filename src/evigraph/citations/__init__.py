"""The works of a review and who cites whom: citations from files, snowballing, overlap of reviews."""

from evigraph.citations.overlaps import overlap

__all__ = ["overlap"]
