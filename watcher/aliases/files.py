"""Open a file of alias data: as it is, compressed, or inside an archive. Nothing is unpacked to the disk.

In:    a binary file.
Out:   its bytes in pieces; `DataError` where it is of a form that is not read, damaged, or swells up.
"""

from __future__ import annotations

import gzip
import importlib
import io
import tarfile
import zlib
from collections.abc import Iterator
from typing import IO

from watcher.aliases.jsonstream import DataError

MOST_BYTES = 512 * 1024 * 1024
"""Of unpacked data; the largest real set has about 70 MB."""
_PIECE = 64 * 1024
_GZIP, _ZSTD, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_TAR_AT, _TAR = 257, b"ustar"
_MEMBERS = 1000


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the data in *file*, which is at its beginning and can be rewound."""
    size = 0
    try:
        for piece in _read(_plain(file)):
            size += len(piece)
            if size > MOST_BYTES:
                raise DataError(f"it unpacks to more than {MOST_BYTES:,} bytes")
            yield piece
    except (EOFError, gzip.BadGzipFile, zlib.error, tarfile.TarError) as error:
        raise DataError(f"the archive is damaged: {error}") from None


def _plain(file: IO[bytes]) -> IO[bytes]:
    """Open what is inside *file*, whatever it is packed in."""
    head = file.read(512)
    file.seek(0)
    if head.startswith(_GZIP):
        return _plain(io.BufferedReader(gzip.GzipFile(fileobj=file)))
    if head.startswith(_ZSTD):
        return _zstd(file)
    if head.startswith(_ZIP):
        raise DataError("it is a zip archive: unpack it, and name the file inside")
    return _member(file) if head[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR else file


def _zstd(file: IO[bytes]) -> IO[bytes]:
    try:
        module = importlib.import_module("compression.zstd")  # part of Python from 3.14 on
    except ModuleNotFoundError:
        raise DataError("it is compressed with zstd: unpack it with `zstd -d`, and name the file inside") from None
    opened: IO[bytes] = module.ZstdFile(file)
    return opened


def _member(file: IO[bytes]) -> IO[bytes]:
    """Find the data in a package from the npm registry."""
    with_names = tarfile.open(fileobj=file, mode="r|")  # noqa: SIM115 - read from as long as the data is
    for number, member in enumerate(with_names):
        if number > _MEMBERS:
            break
        if member.isreg() and member.name.endswith("/data.json") and (found := with_names.extractfile(member)):
            return found
    raise DataError("the archive holds no data.json")


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
