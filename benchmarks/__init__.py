"""Measurements, and the synthetic reviews they are made on."""
