"""Criteria written in YAML, and the shapes, fixtures and statements that are made from them."""
