"""The model file: a JSON header and raw arrays, closed by a sha256. Loading runs no code.

Layout: 8 bytes magic, 8 bytes header length (little endian), header (UTF-8 JSON, sorted keys),
the arrays end to end, and 32 bytes sha256 of everything before. Same contents, same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

MAGIC = b"SUNWAI1\n"
_DIGEST = 32
_DTYPES = frozenset({"int8", "uint8", "uint32", "int32", "float32"})
Array = npt.NDArray[Any]


class ModelDamaged(RuntimeError):
    """The model file is missing, cut short or altered; nothing was judged with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """What a model file holds: plain JSON facts, and named arrays that cannot be written to."""

    facts: Mapping[str, Any]
    arrays: Mapping[str, Array]
    sha256: str


def model_bytes(facts: Mapping[str, Any], arrays: Mapping[str, Array]) -> bytes:
    """The file's bytes. Arrays keep their order by name; only small plain dtypes are allowed."""
    listed: list[dict[str, Any]] = []
    body: list[bytes] = []
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        if array.dtype.name not in _DTYPES:
            raise ValueError(f"array {name}: dtype {array.dtype} is not one of {sorted(_DTYPES)}")
        listed.append({"name": name, "dtype": array.dtype.name, "shape": list(array.shape)})
        body.append(array.astype(array.dtype.newbyteorder("<")).tobytes())
    header = json.dumps({"facts": facts, "arrays": listed}, sort_keys=True, ensure_ascii=False)
    head = header.encode()
    whole = b"".join([MAGIC, len(head).to_bytes(8, "little"), head, *body])
    return whole + hashlib.sha256(whole).digest()


def read_model(path: Path) -> ModelFile:
    """The checked contents of `path`. Raises ModelDamaged with what is wrong and what to do."""
    try:
        whole = path.read_bytes()
    except OSError as fault:
        raise ModelDamaged(f"{path.name}: cannot be read ({fault.strerror}); {_REMEDY}") from fault
    if len(whole) < len(MAGIC) + 8 + _DIGEST or not whole.startswith(MAGIC):
        raise ModelDamaged(f"{path.name}: not a Sunwai model file; {_REMEDY}")
    digest = hashlib.sha256(memoryview(whole)[:-_DIGEST])
    if digest.digest() != whole[-_DIGEST:]:
        raise ModelDamaged(f"{path.name}: checksum does not match; {_REMEDY}")
    try:
        return _parsed(whole, digest.hexdigest())
    except (ValueError, KeyError, TypeError) as fault:
        raise ModelDamaged(f"{path.name}: header is wrong ({fault}); {_REMEDY}") from fault


_REMEDY = "restore it from the repository or make it again with `sunwai train`"


def _parsed(whole: bytes, sha256: str) -> ModelFile:
    size = int.from_bytes(whole[8:16], "little")
    header = cast("dict[str, Any]", json.loads(whole[16 : 16 + size]))
    arrays: dict[str, Array] = {}
    at = 16 + size
    for entry in cast("list[dict[str, Any]]", header["arrays"]):
        if entry["dtype"] not in _DTYPES:
            raise ValueError(f"dtype {entry['dtype']}")
        dtype = np.dtype(str(entry["dtype"])).newbyteorder("<")
        shape = tuple(int(n) for n in entry["shape"])
        count = int(np.prod(shape, dtype=np.int64))
        arrays[str(entry["name"])] = np.frombuffer(whole, dtype, count, at).reshape(shape)
        at += count * dtype.itemsize
    if at != len(whole) - _DIGEST:
        raise ValueError("arrays and file size differ")
    return ModelFile(facts=header["facts"], arrays=arrays, sha256=sha256)
