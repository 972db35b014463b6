"""Tests of evigraph."""
