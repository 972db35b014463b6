"""The one door for text: what comes in as it is, what is refused, and the place that is named."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from pathlib import Path

import pytest

from evigraph import texts
from evigraph.errors import EnvironmentFaultError, InputError, UnknownNameError
from evigraph.fitness import Fitness, place, require_fit
from evigraph.texts import Text, first_line, one_line, read, read_bytes, read_text

SAVE = "save it as UTF-8"


def file(folder: Path, data: bytes, name: str = "a.txt") -> Path:
    """A file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return path


def refused(path: str | Path, said: str, encoding: str | None = None) -> None:
    """Both doors, or that of records alone when an encoding is named, say this, word for word."""
    for door in (read_text, read) if encoding is None else ():
        with pytest.raises(InputError) as caught:
            door(path)
        assert str(caught.value).partition(" with --encoding")[0] == f"{path}{said}"
    if encoding is not None:
        with pytest.raises(InputError) as caught:
            read(path, encoding)
        assert str(caught.value) == f"{path}{said}"


def test_text_comes_as_it_is(tmp_path: Path) -> None:
    """Without the mark, with its line ends; of records with LF alone, the mark of each export gone."""
    data = codecs.BOM_UTF8 + "a\r\nb\rc\n\ufeffä \ufeff𝒳\x85\x7f\t".encode()
    path = file(tmp_path, data, "r.ris")
    assert read_bytes(path) == data[3:]
    assert read_text(path) == "a\r\nb\rc\n\ufeffä \ufeff𝒳\x85\x7f\t"
    found = read(path)
    text = "a\nb\nc\nä \ufeff𝒳\x85\x7f\t"
    assert found == Text(str(path), "r.ris", hashlib.sha256(data).hexdigest(), text, "utf-8")


def test_standard_input_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is called so; when it is closed it is empty."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a\rb")))
    assert read("-") == Text("-", "standard input", hashlib.sha256(b"a\rb").hexdigest(), "a\nb", "utf-8")
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InputError, match=r"^-: standard input is empty; nothing can be read from it$"):
        read_bytes("-")


@pytest.mark.parametrize("data", [b"", b" \r\n\t", codecs.BOM_UTF8, codecs.BOM_UTF8 + b"\n"])
def test_an_empty_file_is_refused(data: bytes, tmp_path: Path) -> None:
    """Nothing but white space is nothing."""
    refused(file(tmp_path, data), ": the file is empty; nothing can be read from it")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """It says what there is instead, and whose fault that is."""
    refused(tmp_path / "none", ": no such file")
    refused(tmp_path, ": is a folder; name a file in it")
    refused("", "no file is named; name one, or - for standard input")
    with pytest.raises(EnvironmentFaultError, match=r"x: cannot be read: File name too long$"):
        read(tmp_path / ("x" * 300))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04x", "is a zip archive, or a document that is one; unpack it, or export it as text"),
        (b"\x1f\x8bx", "is compressed with gzip; unpack it first"),
        (
            b"%PDF-1",
            "is a PDF, no text; name an export such as .ris, .bib, .nbib, .xml, .json or .csv",
        ),
        (b"\xd0\xcf\x11\xe0x", "is an Office document, no text; save it as CSV UTF-8"),
    ],
)
def test_other_files_than_text_are_known(data: bytes, said: str, tmp_path: Path) -> None:
    """By their first bytes, whatever their name."""
    refused(file(tmp_path, data), f": {said}")


@pytest.mark.parametrize("name", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_a_mark_says_what_a_file_is_in(name: str, order: str, tmp_path: Path) -> None:
    """Records are read so; of other files it is said."""
    mark = {"utf-16le": codecs.BOM_UTF16_LE, "utf-16be": codecs.BOM_UTF16_BE}
    mark |= {"utf-32le": codecs.BOM_UTF32_LE, "utf-32be": codecs.BOM_UTF32_BE}
    path = file(tmp_path, mark[name + order] + "ä\r\nb".encode(f"{name}-{order}"))
    assert (read(path).text, read(path).encoding) == ("ä\nb", name)
    assert first_line(path.read_bytes()) == "ä"
    with pytest.raises(InputError) as caught:
        read_text(path)
    assert str(caught.value) == f"{path}:1:1: is {name.upper()}, not UTF-8; save the file as UTF-8"


def test_utf_16_without_a_mark_is_known(tmp_path: Path) -> None:
    """By its zeros, in either order; what to do is said to who can name an encoding, and to who cannot."""
    for order in ("le", "be"):
        path = file(tmp_path, "abcä".encode(f"utf-16-{order}"))
        said = f"{path}:1:1: looks like UTF-16 without a byte-order mark; {SAVE}"
        for door, more in ((read_text, ""), (read, ", or say that it is with --encoding utf-16-le")):
            with pytest.raises(InputError) as caught:
                door(path)
            assert str(caught.value) == said + more
        assert read(path, f"utf-16-{order}").text == "abcä"
    refused(file(tmp_path, b"abcdefgh\0ij"), ":1:9: holds NUL, which no text may; take it out")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "iso8859-1"),
        ("  <?xml encoding = 'windows-1252' ?>", "cp1252"),
        ('<?xml version="1.0" encoding="us-ascii"?>', "utf-8"),
        ('<?xml version="1.0" encoding="utf-8-sig"?>', "utf-8"),
        ('<?xml version="1.0" encoding="nonsense"?>', "utf-8"),
        ('<?xml version="1.0"?><a encoding="latin-1"/>', "utf-8"),
        ('<a encoding="latin-1"/>', "utf-8"),
        ('<?xml version="1.0"' + " " * 400 + 'encoding="latin-1"?>', "utf-8"),
    ],
)
def test_xml_says_what_it_is_in(line: str, found: str, tmp_path: Path) -> None:
    """In its first line, when that names an encoding; else it is UTF-8."""
    path = file(tmp_path, f"{line}\nÄ".encode(found))
    assert (read(path).encoding, read(path).text) == (found, f"{line}\nÄ")


@pytest.mark.parametrize("name", ["nonsense", "base64", "hex", "idna", "\0"])
def test_what_is_no_encoding_is_said(name: str, tmp_path: Path) -> None:
    """Codecs for other things than text among them; those that are usual are named."""
    with pytest.raises(UnknownNameError, match=r"^no encoding .*windows-1252"):
        read(file(tmp_path, b"a"), name)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("ok\nä\n é".encode() + b"\xe4\n", "3:3: not UTF-8 (byte 0xE4); the rest of the file is UTF-8, so mend that sign"),  # noqa: E501
        (b"a\r\nb\xe9", "2:2: not UTF-8 (byte 0xE9); it looks like Windows-1252: save the file as UTF-8"),
        (b"a\rb\x81c\xe9", "2:2: not UTF-8 (byte 0x81); save the file as UTF-8"),
        ("ä".encode() + b"\xe4", "1:2: not UTF-8 (byte 0xE4); it looks like Windows-1252: save the file as UTF-8"),  # noqa: E501
    ],
)  # fmt: skip
def test_what_is_not_utf_8_is_said_with_its_place(data: bytes, said: str, tmp_path: Path) -> None:
    """And with what it looks like, if anything."""
    path = file(tmp_path, data)
    with pytest.raises(InputError) as caught:
        read_text(path)
    assert str(caught.value) == f"{path}:{said}"
    more = {
        "Windows": ", or say so with --encoding windows-1252",
        "0x81": ", or say what it is in with --encoding",
    }
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value) == f"{path}:{said}" + next((m for sign, m in more.items() if sign in said), "")


@pytest.mark.parametrize(
    ("data", "encoding", "said"),
    [
        (b"ab\ncd\x81", "windows-1252", ":2:3: not cp1252 (byte 0x81); name another encoding, or " + SAVE),
        (b"\xe4\0\n\0b\0\0\xd8", "utf-16-le", ":2:2: not utf-16-le (byte 0x00); name another encoding, or " + SAVE),  # noqa: E501
        (b"a\nb\xff", "shift-jis", ":2:2: not shift_jis (byte 0xFF); name another encoding, or " + SAVE),
        (b"a\nb\x07", "latin-1", ":2:2: holds the control character U+0007, which no text may; take it out"),
        (b"a\nb\x07", "utf-8", ":2:2: holds the control character U+0007, which no text may; take it out"),
    ],
)  # fmt: skip
def test_what_is_not_in_the_encoding_that_was_named(
    data: bytes, encoding: str, said: str, tmp_path: Path
) -> None:
    """The place is that in the text, not in the bytes."""
    refused(file(tmp_path, data), said, encoding)


def test_an_encoding_that_was_named_is_used(tmp_path: Path) -> None:
    """Whatever the file says of itself, its usual name is what is kept."""
    path = file(tmp_path, b'<?xml encoding="utf-8"?>\xe4')
    assert (read(path, "LATIN1").text[-1], read(path, "latin_1").encoding) == ("ä", "iso8859-1")
    assert read(file(tmp_path, codecs.BOM_UTF8 + b"a"), "utf_8").text == "a"
    assert read(file(tmp_path, "ä".encode("utf-16")), "utf-16").text == "ä"


def test_lines_are_told_apart() -> None:
    """The first of a file, and all of them as one."""
    assert first_line(b"a b\rc") == "a b"
    assert first_line(codecs.BOM_UTF8 + b"\xe4a\nb") == "\N{REPLACEMENT CHARACTER}a"
    assert first_line(b"") == ""
    assert one_line(" a\t b\r\n\nc ") == "a b c"


# --- what no text may hold ------------------------------------------------------------------------

UNFIT = {*range(32)} - {9, 10, 13} | {0xFFFE, 0xFFFF}


def found(data: bytes, escapes: str = "", sizes: tuple[int, ...] = ()) -> str:
    """What is said of bytes that come in pieces of these sizes, or nothing."""
    fitness, at = Fitness("f", escapes), 0
    try:
        for size in (*sizes, len(data)):
            fitness.take(data[at : at + size])
            at += size
    except InputError as error:
        return str(error).removeprefix("f:").removesuffix(", which no text may; take it out")
    return ""


@pytest.mark.parametrize("number", [*range(0x21), 0x7F, 0x85, 0xA0, 0xD7FF, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000])
def test_exactly_what_xml_cannot_hold_is_refused(number: int) -> None:
    """As it is, and as each format writes it by number."""
    data = b"a\nb" + chr(number).encode() + b"c"
    called = "NUL" if number == 0 else f"the control character U+{number:04X}"
    assert found(data) == (f"2:2: holds {called}" if number in UNFIT else "")
    backslash = f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"
    for escape in (backslash, backslash.lower().replace("\\u00010000", "\\U00010000"), f"\\U{number:08x}"):
        assert found(b"ab\nb " + escape.encode(), "backslash") == (
            f"2:3: holds {escape}" if number in UNFIT else ""
        )
        assert found(escape.encode(), "xml") == found(escape.encode()) == ""
    for escape in (
        f"&#{number};",
        f"&#x{number:X};",
        f"&#x{number:x};",
        f"&#0{number};",
        f"&#x000{number:x};",
    ):
        said = f"1:2: holds {escape}" if number in UNFIT and number < 32 else ""
        assert found(b"a" + escape.encode(), "xml") == said
        assert found(escape.encode(), "backslash") == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"\b", r"1:1: holds \b"),
        (r"a\fb", r"1:2: holds \f"),
        (r"\n\t\r\u000A\"", ""),
        (r"\\b", ""),
        (r"\\\b", r"1:3: holds \b"),
        (r"\\\\u0000", ""),
        (r"x\\u0001 \u0001", r"1:10: holds \u0001"),
    ],
)
def test_a_backslash_that_is_escaped_escapes_nothing(text: str, said: str) -> None:
    """The first that counts is named."""
    assert found(text.encode(), "backslash") == said


@pytest.mark.parametrize("cut", range(1, 12))
@pytest.mark.parametrize(
    ("text", "escapes"),
    [(b"ab\xef\xbf\xbfcdefghi", ""), (rb"ab\u0007defghi", "backslash"), (b"ab&#x0001;defgh", "xml")],
)
def test_what_is_cut_in_two_is_noticed(cut: int, text: bytes, escapes: str, tmp_path: Path) -> None:
    """Where one piece ends and the next begins; the place is that in the file."""
    path = file(tmp_path, text)
    fitness = Fitness(path, escapes)

    def taken() -> None:
        fitness.take(text[:cut])
        fitness.take(text[cut:])

    with pytest.raises(InputError, match=re.escape(f"{path}:1:3: holds ")):
        taken()


def test_the_place_is_that_in_the_file(tmp_path: Path) -> None:
    """However many pieces came before it, and wherever the first of them began."""
    data = "ää\n".encode() * 500_000 + "ö\tü".encode() + b"\x02" + b"x" * 1_500_000
    path = file(tmp_path, data)
    with pytest.raises(InputError) as caught:
        require_fit(path)
    assert str(caught.value).startswith(f"{path}:500001:4: holds the control character U+0002,")
    fitness = Fitness(path, start=5 * 500_000)
    with pytest.raises(InputError, match=r":500001:4: "):
        fitness.take(data[5 * 500_000 :])
    path.write_bytes(data.replace(b"\x02", b""))
    require_fit(path)
    path.write_bytes(b"a\x00" * 3)
    with pytest.raises(InputError, match=r":1:2: holds NUL"):
        require_fit(path, "xml")


@pytest.mark.parametrize(
    ("data", "at", "expected"),
    [
        (b"", None, (1, 1)),
        (b"ab", None, (1, 3)),
        (b"ab", 1, (1, 2)),
        (b"a\nb\rc\r\nd", None, (4, 2)),
        ("ä\näb".encode(), 6, (2, 3)),
        (b"\n\n", 1, (2, 1)),
    ],
)
def test_places_count_signs_and_lines_of_every_kind(
    data: bytes, at: int | None, expected: tuple[int, int]
) -> None:
    """The first are 1."""
    assert place(data, at) == expected


def test_names_of_encodings_are_known() -> None:
    """What is suggested can be used."""
    assert all("a".encode(name) for name in texts._NAMES)
