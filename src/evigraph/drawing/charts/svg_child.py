"""A process of its own that makes SVG of Vega-Lite: a specification a line in, a drawing a line out.

Run by path, so that it loads nothing of the package. It begins by drawing a point, since the first
drawing of a process takes 0.6 seconds and the others a few hundredths; meanwhile the graph is read.
"""

from __future__ import annotations

import json
import sys

try:
    import vl_convert
except ImportError:
    sys.exit(3)  # known to the process that started this one

#: Nothing that is drawn comes from elsewhere than the specification.
NOWHERE: list[str] = []


def main() -> None:
    """Draw until there is nothing more to read."""
    vl_convert.vegalite_to_svg({"data": {"values": [{}]}, "mark": "point"}, allowed_base_urls=NOWHERE)
    for line in sys.stdin.buffer:
        try:
            answer = {"svg": vl_convert.vegalite_to_svg(json.loads(line), allowed_base_urls=NOWHERE)}
        except ValueError as error:
            answer = {"error": str(error)}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
