"""Writers of records for reference managers and databases."""
