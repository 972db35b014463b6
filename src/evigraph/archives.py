"""Zip archives of unknown origin, a workbook among them, looked at before anything in them is unpacked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

from evigraph.errors import InputError, LimitError

#: Bytes of all that is in an archive, unpacked: more is not read; and more than a little, only when it shrank
#: no more than tables do (40 to 1 was the most that was seen).
_MOST: Final = 500_000_000
_LITTLE, _RATIO = 20_000_000, 100


def require_sound(path: str | Path, data: bytes) -> None:
    """Refuse an archive that grows beyond measure, or whose parts lead out of it.

    The sizes are those that the archive gives of its parts; Python unpacks no more than that.

    Args:
        path: The file, for messages.
        data: What is in it.

    Raises:
        InputError: It is no archive, a part leads out of it, or it grows more than a hundredfold.
        LimitError: It is too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise InputError(f"{path}: is no workbook: {error}; save it again as .xlsx or CSV") from None
    for part in parts:
        name = PurePosixPath(part.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts:
            raise InputError(f"{path}: its part {part.filename!r} leads out of it; save it again")
    total = sum(part.file_size for part in parts)
    if total > _LITTLE and total > _RATIO * len(data):
        raise InputError(
            f"{path}: {len(data):,} bytes that unpack to {total:,}, as no table does; save it again as CSV"
        )
    if total > _MOST:
        raise LimitError(f"{path}: unpacks to {total:,} bytes; at most {_MOST:,} are read, so part it")
