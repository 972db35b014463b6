"""How firm the verdicts of a review are: what is not known, and what would change if it were."""
