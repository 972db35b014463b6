"""Several files as one ZIP, the same bytes for the same files."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import IO

#: The first moment that a ZIP can name; the time of writing would make every run another file.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def write_zip(out: IO[bytes], files: Mapping[str, bytes]) -> None:
    """Write files into an archive, sorted by name.

    Args:
        out: Where the archive goes; it need not be seekable.
        files: Content by path inside the archive, with slashes.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix on every system, so that the bytes are the same
            archive.writestr(entry, files[name])
