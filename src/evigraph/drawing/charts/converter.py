"""Makes SVG of Vega-Lite, in a process that can be started before there is anything to draw.

The engine holds Python's lock for the 0.6 seconds in which it starts, so that a thread would not help.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evigraph.errors import EnvironmentFaultError

_CHILD = Path(__file__).with_name("svg_child.py")
_LIBRARY = "vl-convert-python"
#: The exit code by which the process says that it cannot import the library.
_NOT_INSTALLED = 3
_LOCK = threading.Lock()
_process: subprocess.Popen[bytes] | None = None


def missing(name: str) -> EnvironmentFaultError:
    """What to say where a library of the extra ``figures`` is not installed."""
    return EnvironmentFaultError(f"this figure needs {name}; run pip install 'evigraph[figures]'")


def warm_up() -> None:
    """Start the process that makes SVG, if it is not running.

    Raises:
        EnvironmentFaultError: vl-convert is not installed, or no process can be started.
    """
    with _LOCK:
        _started()


def to_svg(spec: Mapping[str, Any]) -> str:
    """The drawing of a Vega-Lite specification, which asks for nothing from outside.

    Raises:
        EnvironmentFaultError: vl-convert is not installed, or its process ended.
        ValueError: The specification is none.
    """
    with _LOCK:
        process = _started()
        assert process.stdin is not None  # they are pipes
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(spec).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        if not line:
            code = process.wait()
            _end()
            if code == _NOT_INSTALLED:
                raise missing(_LIBRARY)
            raise EnvironmentFaultError(f"{_LIBRARY} ended before it had drawn; try again, or write .json")
    answer = json.loads(line)
    if "error" in answer:
        raise ValueError(answer["error"])
    svg: str = answer["svg"]
    return svg


def _started() -> subprocess.Popen[bytes]:
    global _process
    if _process is None or _process.poll() is not None:
        if importlib.util.find_spec("vl_convert") is None:
            raise missing(_LIBRARY)
        _end()
        try:
            _process = subprocess.Popen(
                [sys.executable, str(_CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except OSError as error:
            raise EnvironmentFaultError(f"{sys.executable}: cannot be started: {error.strerror}") from None
    return _process


@atexit.register
def _end() -> None:
    """End the process, if there is one."""
    global _process
    if _process is not None:
        _process.kill()
        for pipe in (_process.stdin, _process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        _process.wait()
        _process = None
