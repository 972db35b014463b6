"""Ways to spoil a file: by its bits, by its tokens, by its structure where it has one, and inside of zips."""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

import yaml

Seeds = Sequence[bytes]

_SPECIAL: Final = (
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0", b"\r", b"\r\n", b"\n\n", b"\n", b"\t", b"\x0b"),
    *(b"\x0c", b"\x1a", b"\x7f", b"\x85", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xed\xa0\x80"),
    *(b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\xff", b"\xe4", b"e\xcc\x81", b"\xf0\x9f\x91\xaa", b"\\ud800"),
    *(b"\\uD83D\\uDE00", b"\\u0000", b"\\U00110000", b"&#0;", b"&#xD800;", b"&#x110000;", b"&amp;"),
    *(b"&nbsp;", b"&a", b"<![CDATA[", b"]]>", b"<!--", b"<!DOCTYPE x [<!ENTITY a 'b'>]>"),
    *(b"<?xml version='1.1' encoding='utf-16'?>", b"<x", b"</x>", b"/>", b'"', b"'", b'"""', b"'''"),
    *(b"\\", b"{", b"}", b"[", b"]", b"(", b")", b"<", b">", b"<<", b">>", b"@", b"#", b";", b",", b"."),
    *(b":", b"::", b"|", b"*", b"&", b"!", b"%", b"%zz", b"=", b"=cmd()", b"- ", b"? ", b"--- ", b"..."),
    *(b"^^", b"@en--ltr", b"@base <x:> .", b"@prefix : <> .", b"_:b", b"\\u003", b"$", b"$x^2$", b"\\'{"),
    *(b"{\\", b"~", b"null", b"true", b"NaN", b"Infinity", b"-Infinity", b"!!python/object:os.system"),
    *(b"*a", b"&a", b"<<: *a", b"@string{a = b # a}", b"@comment{", b"@preamble{", b"ER  - "),
    *(b"TY  - JOUR", b"PMID- ", b"#+ summary: x"),
)  # fmt: skip
_NUMBERS: Final = (
    *(b"0", b"-1", b"007", b"1e400", b"-1e-400", b"9" * 19, b"9" * 400, b"9" * 5000, b"0.050"),
    *(b"1e999999999", b"2147483648", b"18446744073709551616", b"0x1F", b"1_000", "٣".encode()),
    *("²".encode(), b"NaN", b"20O1"),
)  # fmt: skip
_ODD: Final[tuple[object, ...]] = (
    *(None, True, False, 0, -1, 1.5, 1e308, float("nan"), float("inf"), 10**30, 10**5000, "", " ", "x"),
    *("\0", "\ud800", "a\rb", "\u2028", "9" * 30, [], {}, [[]], [None], [{}], {"": None}, {"@id": "x"}),
    *({"a": {"b": []}}, "http://[", "https://doi.org/", "10.1/x", "2000-02-30", "0000", "PMC", "%"),
)  # fmt: skip
_OPENING: Final = (
    *(b"[", b"{", b"(", b"<a>", b'{"a":', b"[ a ", b"- ", b"{\\", b"\\emph{", b"<i>", b"<b>", b"<<", b"&"),
)
_ENCODINGS: Final = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-7", "gb18030")
_TOKEN: Final = re.compile(rb"\w+|\s+|[^\w\s]")
_NUMBER: Final = re.compile(rb"\d+")


def _flip(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    spoilt = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if spoilt:
            spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
    return bytes(spoilt)


def _cut(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    start, end = _span(data, rng)
    return data[:start] if rng.random() < 0.3 else data[:start] + data[end:]


def _splice(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    other = rng.choice(seeds)
    return data[: rng.randint(0, len(data))] + other[rng.randint(0, len(other)) :]


def _repeat(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    start, end = _span(data, rng)
    times = rng.choice((2, 2, 3, 50))
    return data[:start] + data[start:end] * (times if (end - start) * times < 200_000 else 2) + data[end:]


def _insert(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    at = 0 if rng.random() < 0.1 else rng.randint(0, len(data))
    return data[:at] + rng.choice(_SPECIAL) + data[at:]


def _number(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data + rng.choice(_NUMBERS)
    one = rng.choice(found)
    return data[: one.start()] + rng.choice(_NUMBERS) + data[one.end() :]


def _tokens(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    """Tokens change places, go, or come from another seed."""
    tokens = _TOKEN.findall(data)
    if len(tokens) < 2:
        return data
    one, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    match rng.randrange(4):
        case 0:
            tokens[one], tokens[other] = tokens[other], tokens[one]
        case 1:
            del tokens[one]
        case 2:
            tokens[one] = tokens[other]
        case _:
            tokens[one] = rng.choice(_TOKEN.findall(rng.choice(seeds)) or [b""])
    return b"".join(tokens)


def _lines(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    """Lines change places, go, or stand twice."""
    lines = data.splitlines(keepends=True)
    if len(lines) < 2:
        return data
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(3):
        case 0:
            lines[one], lines[other] = lines[other], lines[one]
        case 1:
            del lines[one]
        case _:
            lines.insert(other, lines[one])
    return b"".join(lines)


def _nest(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    """What opens something, many times."""
    at, times = rng.randint(0, len(data)), rng.choice((20, 300, 3000, 30_000))
    return data[:at] + rng.choice(_OPENING) * times + data[at:]


def _recode(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    """The same text in another encoding, or with other line ends."""
    if rng.random() < 0.5:
        return data.replace(b"\n", rng.choice((b"\r", b"\r\n", b"\n\r")))
    text = data.decode("utf-8", "replace")
    return text.encode(rng.choice(_ENCODINGS), "replace")


def _structure(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    """One value of JSON, JSON Lines or YAML becomes something else; other files as by :func:`_tokens`."""
    try:
        value = json.loads(data)
        return json.dumps(_odd(value, rng)).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        lines = data.splitlines()
    if lines and data.lstrip()[:1] == b"{":
        at = rng.randrange(len(lines))
        with contextlib.suppress(ValueError, RecursionError):
            lines[at] = json.dumps(_odd(json.loads(lines[at]), rng)).encode()
        return b"\n".join(lines)
    if not re.match(rb"\s*(#[^+].*\s*)*[\w ]+:[ \n]", data):
        return _tokens(data, rng, seeds)
    try:
        return yaml.safe_dump(_odd(yaml.safe_load(data), rng), sort_keys=False).encode("utf-8", "replace")
    except (yaml.YAMLError, ValueError, RecursionError):
        return data


def _odd(value: Any, rng: Random) -> Any:
    """The value with something odd in one place of it."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        match rng.randrange(8):
            case 0:
                return {k: v for k, v in value.items() if k != key}
            case 1:
                return {(rng.choice(list(value)) if k == key else k): v for k, v in value.items()}
            case 2:
                return {**value, rng.choice(("", "@id", "DOI", "title", "x" * 50)): rng.choice(_ODD)}
            case _:
                return {k: _odd(v, rng) if k == key else v for k, v in value.items()}
    if isinstance(value, list) and value and rng.random() < 0.9:
        at = rng.randrange(len(value))
        return [_odd(v, rng) if n == at else v for n, v in enumerate(value)]
    return rng.choice((*_ODD, [value], {"a": value}))


def _zipped(data: bytes, rng: Random, seeds: Seeds) -> bytes:
    """One file in a zip archive is spoilt; other files as by :func:`_tokens`."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return _tokens(data, rng, seeds)
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            members = {name: held.read(name) for name in held.namelist()}
    except Exception:  # spoilt before: what is left of it is tried as it is
        return data
    name = rng.choice(list(members))
    if rng.random() < 0.1:
        del members[name]
    else:
        members[name] = rng.choice(_PLAIN)(members[name], rng, list(members.values()))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for one, text in members.items():
            written.writestr(one, text)
    return out.getvalue()


def _span(data: bytes, rng: Random) -> tuple[int, int]:
    start = rng.randint(0, len(data))
    return start, min(len(data), start + rng.choice((1, 4, 40, 400, 10**6)))


_PLAIN: Final[tuple[Callable[[bytes, Random, Seeds], bytes], ...]] = (
    *(_flip, _cut, _splice, _repeat, _insert, _insert, _number, _tokens, _tokens, _lines, _nest, _recode),
)


def spoilt(seeds: Seeds, rng: Random) -> bytes:
    """One of the seeds, spoilt in one to four ways."""
    data = rng.choice(seeds)
    ways = (*_PLAIN, _structure, _structure, _structure)
    if data.startswith(b"PK"):
        ways = (_zipped,) * 9 + (_flip, _cut)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        data = rng.choice(ways)(data, rng, seeds)
    return data[:1_000_000]
