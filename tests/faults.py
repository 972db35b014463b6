"""What is done to a review in the fault tests, what goes wrong meanwhile, and what must hold afterwards."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import evigraph
from evigraph import disk
from evigraph.beginning import begin
from evigraph.canonical import FORMATS
from evigraph.folder import Folder
from evigraph.records.importing import add_records
from tests.commands import ROOT, environment
from tests.loaded import Loaded
from tests.records import RIS

SHIM = ROOT / "tests" / "faults.c"
OURS = re.compile(r"\..*\.evigraph\.(tmp|new)|\.commit\.evigraph|lock")
_TIME = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
Tree = dict[str, bytes]


class Ran(NamedTuple):
    """What came of a command: exit code, output, seconds, the number of steps, and the one that failed."""

    code: int
    out: str
    err: str
    seconds: float
    steps: int
    what: str


@dataclass(frozen=True)
class Operation:
    """Something that a person does to a review.

    Attributes:
        name: What to call it.
        args: The command line, given the folder that holds ``review/`` and ``out/``, and that of the inputs.
        said: What the command prints when it is done.
    """

    name: str
    args: Callable[[Path, Path], list[str]]
    said: str


def _add(*files: str) -> Callable[[Path, Path], list[str]]:
    return lambda _, given: ["add", *(str(given / file) for file in files), "--by", "Ann"]


def _export(format: str, name: str) -> Callable[[Path, Path], list[str]]:
    return lambda place, _: ["export", "--format", format, "-o", str(place / "out" / name)]


OPERATIONS = {
    one.name: one
    for one in (
        Operation("import records", _add("more.ris", "judged.csv"), "read 7, kept 7"),
        Operation("import facts", _add("facts.csv"), "facts"),
        Operation(
            "import citations",
            lambda _, given: ["add", "citations", str(given / "cites.csv")],
            "read 3, kept 3",
        ),
        Operation(
            "decide",
            lambda *_: ["decide", "smith2010", "include", "--by", "Ann", "--date", "2026-11-20"],
            "decisions 1: new 1",
        ),
        Operation(
            "decide --from",
            lambda _, given: ["decide", "--from", str(given / "decisions.csv"), "--by", "Bob"],
            "decisions 3: new 3",
        ),
        Operation("build", lambda *_: ["build"], "statements from"),
        Operation("export turtle", _export("turtle", "review.ttl"), "bytes of turtle"),
        Operation("export nquads", _export("nquads", "review.nq"), "bytes of nquads"),
        Operation("export ro-crate", _export("ro-crate", "crate"), "ro-crate (trust"),
    )
}


class Site:
    """A review that is begun, with two records, an earlier export and an earlier store; and inputs for it.

    Args:
        folder: Where it is made.
    """

    def __init__(self, folder: Path) -> None:
        self.given, self.base = folder / "given", folder / "base"
        self.given.mkdir()
        (self.base / "out").mkdir(parents=True)
        begin(self.base / "review")
        _write_inputs(self.given)
        add_records(evigraph.open(self.base / "review"), [self.given / "a.ris"])
        disk.build(Folder(self.base / "review"), self.base / "review" / ".evigraph")
        (self.base / "out" / "review.ttl").write_text("# earlier\n", encoding="utf-8")
        (self.base / "out" / "review.nq").write_text("# earlier\n", encoding="utf-8")
        self._after: dict[str, Tree] = {}
        self.before = tree(self.base)

    def arguments(self, one: Operation, place: Path) -> list[str]:
        """The command line of an operation."""
        return ["--review", str(place / "review"), *one.args(place, self.given)]

    @contextmanager
    def copy(self, one: Operation, parent: str | None = None) -> Iterator[Path]:
        """A copy of all that can be spoilt; for a build the graph is other than that of the store."""
        place = Path(tempfile.mkdtemp(prefix="fault-", dir=parent))
        try:
            shutil.copytree(self.base, place, dirs_exist_ok=True, copy_function=shutil.copy2)
            if one.name == "build":
                with (place / "review/graph/review.ttl").open("a", encoding="utf-8") as file:
                    file.write("# changed\n")
            elif one.name.startswith(("import", "decide")):
                shutil.rmtree(place / "review" / ".evigraph")
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def after(self, one: Operation, runner: Runner) -> Tree:
        """The files as they are when an operation was done and nothing went wrong."""
        if one.name not in self._after:
            with self.copy(one) as place:
                ran = runner.run(self.arguments(one, place), place)
                assert (ran.code, one.said in ran.out + ran.err) == (0, True), ran
                self._after[one.name] = tree(place)
                assert self._after[one.name] != self.before or one.name == "build"
        return self._after[one.name]

    def faults(self, one: Operation, place: Path, runner: Runner, ran: Ran) -> str:
        """What is wrong after something went wrong; empty when nothing is.

        The review is read, which finishes what was left; it must be as before or wholly as after, and as
        after when the command said so. Then the same is done again, and nothing of ours may lie about.
        """
        said = ran.code == 0 or one.said in ran.out + ran.err
        try:
            graph = Folder(place / "review").graph
        except evigraph.EvigraphError as error:
            return f"unreadable: {error}"
        if not graph:
            return "unreadable: empty"
        found, after = tree(place), self.after(one, runner)
        before = self.before if one.name != "build" else after
        if found not in (before, after):
            return f"neither before nor after: {differing(found, before)} / {differing(found, after)}"
        if said and found != after:
            return "acknowledged and lost"
        if fault := self._store_fault(one, place, said=said):
            return fault
        # A crate that is there already is not made again; any export sweeps its folder.
        next_one = OPERATIONS["export turtle"] if one.name == "export ro-crate" else one
        again = runner.run(self.arguments(next_one, place), place)
        return leftovers(place) if again.code == 0 else f"the next command fails: {again.code} {again.err}"

    def _store_fault(self, one: Operation, place: Path, *, said: bool) -> str:
        """What is wrong with the store that a build left: the earlier one is whole, or the new one."""
        if one.name != "build":
            return ""
        folder, store = Folder(place / "review"), place / "review" / ".evigraph"
        found = disk.verify(folder, store)
        if not found.holds:
            return f"the store is broken: {found.fault}"
        return "acknowledged and lost" if said and not found.fresh else ""


class Runner:
    """Commands of which some go wrong.

    Args:
        folder: Where the compiled shim and what the commands print are kept.
    """

    def __init__(self, folder: Path) -> None:
        shim = folder / "faults.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, SHIM, "-ldl", "-lpthread"], check=True)
        more = {"LD_PRELOAD": str(shim), "EVIGRAPH_CACHE": str(folder / "cache")}
        self._loaded = Loaded(folder, environment(more))
        self.close = self._loaded.close

    def run(
        self,
        args: Sequence[str],
        place: Path,
        *,
        at: int = 0,
        errno: int = 0,
        kill: bool = False,
        delay: float | None = None,
    ) -> Ran:
        """Run a command.

        Args:
            args: The command line.
            place: The folder below which steps are counted.
            at: The step that goes wrong; none when 0.
            errno: What the system says then.
            kill: Whether the process is killed before that step.
            delay: After how many seconds it is killed.
        """
        said = self._loaded.run(
            list(args), under=f"{place}/", at=at, errno=errno, kill=int(kill), delay=delay
        )
        out, err = said["out"].decode(errors="replace"), said["err"].decode(errors="replace")
        return Ran(said["code"], out, err, said["seconds"], said["steps"], said["what"])


def tree(place: Path) -> Tree:
    """All files that a person would see, by path; what time it was does not count, nor what a store holds."""
    return {
        path.relative_to(place).as_posix(): _TIME.sub(b"T", path.read_bytes())
        for path in sorted(place.rglob("*"))
        if path.is_file()
        and ".evigraph" not in path.parts
        and not OURS.fullmatch(path.name)
        and not any(OURS.fullmatch(part) for part in path.parts)
        and "ro-crate-" not in path.name
    }


def leftovers(place: Path) -> str:
    """What of ours lies about: temporary files and folders, journals, locks, unfinished stores."""
    left = [path for path in place.rglob("*") if OURS.fullmatch(path.name)]
    stores = list(place.glob("review/.evigraph/quads-*"))
    return (
        f"left over: {', '.join(map(str, left))}" if left else f"stores: {stores}" if len(stores) > 1 else ""
    )


def differing(one: Tree, other: Tree) -> list[str]:
    """The names of files that differ."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _write_inputs(given: Path) -> None:
    assert "nquads" in FORMATS
    entries = "".join(
        f"TY  - JOUR\nAU  - Elm, No{n}\nTI  - Study number {n} of groups\nPY  - 20{n + 10}\nER  - \n"
        for n in range(4)
    )
    judged = "title,year,included\nOne title here,2001,1\nOther title there,2002,0\nThird title,2003,1\n"
    sheet = (
        "key,of,property,value,value_type,arm,comparator,outcome,basis,source,locator,note\n"
        "example-one,study,follow_up_months,6,,,,,fulltext,The article,page 3,\n"
        "example-two,study,follow_up_months,7,,,,,fulltext,The other,page 4,\n"
    )
    cites = '"oci","citing","cited","creation","timespan","journal_sc","author_sc"\n' + "".join(
        f'"{n}","doi:10.5555/a.{n}","doi:10.5555/b.{n}","2010","P1Y","no","no"\n' for n in range(3)
    )
    decisions = "key,answer,by,date\n" + "".join(
        f"{key},{answer},{by},2026-11-20\n"
        for key, answer, by in (
            ("smith2010", "include", "Bob"),
            ("jones2011", "include", "Bob"),
            ("jones2011", "unsure", "Cy"),
        )
    )
    files = {"a.ris": RIS, "more.ris": entries, "judged.csv": judged, "facts.csv": sheet}
    for name, text in (files | {"cites.csv": cites, "decisions.csv": decisions}).items():
        (given / name).write_text(text, encoding="utf-8")
