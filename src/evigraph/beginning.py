"""Begins a review of one's own: the folders, the core ontology, and an example to change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox

from evigraph import __version__
from evigraph.canonical import serialize
from evigraph.changing import write_files, writing_alone
from evigraph.citations.entries import slug
from evigraph.concepts import CONCEPTS, from_table
from evigraph.errors import EnvironmentFaultError, InputError
from evigraph.folder import FOLDERS, Folder, home
from evigraph.leftovers import ALL_OURS, scratch, sweep
from evigraph.reading import read_quads
from evigraph.review import Review
from evigraph.rules.building import Made
from evigraph.terms import SH, evi
from evigraph.writing import make_folder

#: What a review takes from the package as it is.
CORE = (
    "ontology/evigraph.ttl",
    "ontology/alignments.ttl",
    "shapes/house.ttl",
    "shapes/well-formed/*.ttl",
    # Questions that name no concept, so that they can be asked of any review.
    "queries/report/prisma/*.rq",
    "queries/report/characteristics.rq",
    "queries/report/decisions-on-studies.rq",
    "queries/report/review-itself.rq",
    "queries/report/settled-by-one-fact.rq",
    "queries/report/study-*.rq",
    "queries/report/verdict-matrix.rq",
    "queries/competency/claims-and-recounts.rq",
    "queries/competency/criteria-and-shapes.rq",
    "queries/competency/empty-cells.rq",
)
PREFIXES, CONTEXT = "ontology/prefixes.ttl", "ontology/context.jsonld"
#: The namespaces that are a review's own, whatever its IRI.
_OWN = ("code", "concept", "scheme")
_TEMPLATE = Path(__file__).resolve().parent / "template"
_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`#?/]+/[^\s<>\"{}|\\^`#?]*[^\s<>\"{}|\\^`#?/]")
#: What the folder of a review may hold before it is one.
_HARMLESS = (".git", ".gitignore", ".gitattributes", "LICENSE", "LICENSE.md", "LICENSE.txt")


def begin(folder: str | Path, *, title: str = "", iri: str = "", bare: bool = False) -> list[Path]:
    """Make a review in a folder that is missing or empty.

    Args:
        folder: Where; its name becomes that of the review.
        title: What the review is called.
        iri: Its IRI; one below ``https://example.org/`` when left out.
        bare: Leave out the two example studies.

    Returns:
        The files that were written, all or none.

    Raises:
        InputError: The folder holds something, or the IRI is none.
        EnvironmentFaultError: A file cannot be written.
    """
    path = Path(folder).resolve()
    name = slug(path.name) or "review"
    iri = (iri or f"https://example.org/review/{name}").rstrip("/")
    if not _IRI.fullmatch(iri):
        raise InputError(f"{iri}: is no IRI for a review; give one such as https://example.org/review/{name}")
    if path.exists() and not path.is_dir():
        raise InputError(f"{folder}: is a file; name a folder that is missing or empty")
    held = _held(path) if path.is_dir() else []
    if held:
        raise InputError(f"{folder}: holds {', '.join(held[:5])}; name a folder that is missing or empty")
    words = {
        "iri": iri,
        "name": name,
        "title": json.dumps(title or name, ensure_ascii=False) + "@en",
        "heading": " ".join((title or name).split()),
        "concept": f"{iri}/concept/",
        "version": __version__,
    }
    with scratch() as elsewhere:
        draft = elsewhere / name
        _lay_out(draft, words, bare=bare)
        drafted = sorted(file for file in draft.rglob("*") if file.is_file())
        files = {path / file.relative_to(draft): file.read_bytes() for file in drafted}
    _make_folders(path, files)
    with writing_alone(path / "graph"):
        for place in {file.parent for file in files}:
            sweep(place, ALL_OURS)
        write_files(files)
    return sorted(files)


def _held(path: Path) -> list[str]:
    """What lies in a folder, but for what is harmless, and for what a beginning that was killed left."""
    return sorted(
        entry.name
        for entry in path.iterdir()
        if entry.name not in _HARMLESS
        and any(not (p.is_dir() or ALL_OURS.fullmatch(p.name)) for p in (entry, *entry.rglob("*")))
    )


def _lay_out(draft: Path, words: Mapping[str, str], *, bare: bool) -> None:
    """Make a review where nothing is lost if that does not come to an end; parts follow from others."""
    files = _core(draft) | _own_words(draft, words["iri"])
    for template in sorted(p for p in _TEMPLATE.rglob("*") if p.is_file()):
        below = template.relative_to(_TEMPLATE)
        if not (bare and below.parts[:2] == ("graph", "studies")):
            files[draft / below] = _filled(template, words)
    for name in FOLDERS:
        (draft / name).mkdir(parents=True)
    _lay(files)
    _lay({draft / CONCEPTS: from_table(Folder(draft))})
    _lay({draft / name: data for name, data in Made(Folder(draft), Review(draft).iri).files.items()})


def _lay(files: Mapping[Path, bytes]) -> None:
    """Write files that need not last."""
    for file, data in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def update(folder: str | Path) -> list[Path]:
    """Take the core ontology, its shapes, and the questions that a review lacks, from this version.

    Args:
        folder: A review that was begun with an earlier version.

    Returns:
        The files that changed; what the review says, and the questions of its own, are not among them.

    Raises:
        InputError: The folder is no review.
    """
    path = Path(folder).resolve()
    iri = _iri_of(Folder(path))
    files = _core(path) | _own_words(path, iri) | _questions(path, iri)
    changed = {p: data for p, data in files.items() if not p.is_file() or p.read_bytes() != data}
    _make_folders(path, changed)
    with writing_alone(path / "graph"):
        write_files(changed)
    return sorted(changed)


def _iri_of(folder: Folder) -> str:
    """The IRI of a review whose words may be those of an earlier version."""
    quads = [
        quad for path in folder.files("graph") if path.parent.name == "graph" for quad in read_quads(path)
    ]
    found = {
        q.subject.value for q in quads if q.object == evi("Review") and isinstance(q.subject, ox.NamedNode)
    }
    if len(found) != 1:
        raise InputError(f"{folder.path}/graph: names {len(found)} things an evi:Review; say one")
    return found.pop()


def _core(path: Path) -> dict[Path, bytes]:
    """What every review has from the package; a question that it has by the name of one stays as it is."""
    own = {file.stem for file in (path / "queries").rglob("*.rq")}
    found = {}
    for pattern in CORE:
        for source in sorted(home().glob(pattern)):
            if source.suffix != ".rq" or source.stem not in own:
                found[path / source.relative_to(home())] = source.read_bytes()
    return found


def _questions(path: Path, iri: str) -> dict[Path, bytes]:
    """The questions of the template that figures and reports ask, where the review has none of their name."""
    own = {file.stem for file in (path / "queries").rglob("*.rq")}
    return {
        path / template.relative_to(_TEMPLATE): _filled(template, {"concept": f"{iri}/concept/"})
        for template in sorted(_TEMPLATE.glob("queries/report/*.rq"))
        if template.stem not in own
    }


def _own_words(path: Path, iri: str) -> dict[Path, bytes]:
    """The prefixes and the JSON-LD context of the package, with the namespaces of this review."""
    shipped = Review()
    spaces = _spaces(shipped.folder.prefixes, shipped.iri.value, iri)
    quads = [_moved(quad, spaces) for quad in read_quads(home() / PREFIXES)]
    context = (home() / CONTEXT).read_text(encoding="utf-8")
    for old, new in spaces.items():
        context = context.replace(f'"{old}"', f'"{new}"')
    return {
        path / PREFIXES: serialize(quads, "turtle", {"sh": SH}),
        path / CONTEXT: context.encode(),
    }


def _spaces(prefixes: Mapping[str, str], shipped: str, iri: str) -> dict[str, str]:
    """The namespaces of the shipped review, and those that stand for them in another."""
    own = shipped.rstrip("/") + "/"
    found = {
        space: f"{iri}/{space.removeprefix(own)}" for space in prefixes.values() if space.startswith(own)
    }
    return found | {prefixes[name]: f"{iri}/{name}/" for name in _OWN}


def _moved(quad: ox.Quad, spaces: Mapping[str, str]) -> ox.Quad:
    """A statement about a prefix with the namespace of another review."""
    value = quad.object
    if isinstance(value, ox.Literal) and value.value in spaces:
        value = ox.Literal(spaces[value.value], datatype=value.datatype)
    return ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)


def _filled(template: Path, words: Mapping[str, str]) -> bytes:
    """A file of the template with the words of the review in place of their names in braces."""
    text = template.read_text(encoding="utf-8")
    for name, word in words.items():
        text = text.replace("{" + name + "}", word)
    return text.encode()


def _make_folders(path: Path, files: Iterable[Path]) -> None:
    folders = {file.parent for file in files} | {path / name for name in FOLDERS}
    folders |= {path / "graph/studies", path / "shapes/criteria"}
    try:
        for folder in sorted(folders):
            make_folder(folder)
    except OSError as error:
        raise EnvironmentFaultError(f"{error.filename or path}: cannot be made: {error.strerror}") from None
