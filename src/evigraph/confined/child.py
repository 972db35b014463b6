"""The child process: it reads queries, answers them, and judges by shapes, as it is asked to.

Run by path and not as a module, so that it need not load all of the package, which takes longer than
most queries, and nothing of the folder that a person happens to be in.
"""

from __future__ import annotations

import os
import select
import sys
import threading
import types
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def _follow(parent: int) -> None:
    """End when the parent ends, whatever is under way here."""
    if sys.platform == "linux":  # the kernel sees to it, even where a pattern holds the interpreter
        import ctypes
        import signal

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    hung_up = select.poll()
    hung_up.register(0, 0)  # no event but the one that is always told: nobody writes there any more
    hung_up.poll()
    os._exit(1)


def main() -> None:
    """Answer until there is no more request."""
    _follow(int(sys.argv[1]))
    package = types.ModuleType("evigraph")
    package.__path__ = [str(_PACKAGE)]
    sys.modules["evigraph"] = package  # in place of one that loads everything
    from evigraph.confined.answering import answer_all

    answer_all(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
