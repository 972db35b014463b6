"""Synthesis without meta-analysis: directions of effect, study by study, outcome by outcome."""
