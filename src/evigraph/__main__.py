"""``python -m evigraph``."""

from evigraph.cli import main

main(prog_name="evigraph")
