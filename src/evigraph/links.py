"""Links in the folder of a review, which somebody else may have made."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from evigraph.errors import InputError


def require_inside(root: Path, paths: Iterable[Path]) -> None:
    """Refuse links that lead out of a folder, to a folder, or nowhere, as one does that leads to itself.

    A link to a file of the same folder is read as that file.

    Args:
        root: The folder.
        paths: What is in it.

    Raises:
        InputError: One does; it is named, and where it leads is not.
    """
    for path in paths:
        if not path.is_symlink():
            continue
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):  # a loop is a RuntimeError before Python 3.13
            raise InputError(f"{path}: is a link that leads nowhere; take it away") from None
        if not target.is_relative_to(root.resolve()):
            raise InputError(f"{path}: is a link that leads out of the review; copy the file into it")
        if target.is_dir():
            raise InputError(f"{path}: is a link to a folder, which is not followed; put the files there")
