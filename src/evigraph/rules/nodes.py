"""YAML as nodes that know their line, so that every complaint can name it.

Values are the text as written: a rule called ``1.10`` is not the number 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evigraph.errors import EvigraphError, InputError, suggestion
from evigraph.reading import read_text

if TYPE_CHECKING:
    import yaml

#: Control characters, and halves of characters, which YAML can write with a backslash.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Item:
    """A value in a YAML file.

    Args:
        path: The file.
        node: The value as PyYAML composed it.
        called: What it is, for messages.
    """

    path: Path
    node: yaml.Node
    called: str

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return int(self.node.start_mark.line) + 1

    @property
    def is_text(self) -> bool:
        """Whether it is a single value, and neither list nor mapping."""
        import yaml

        return isinstance(self.node, yaml.ScalarNode)

    def named(self, called: str) -> Item:
        """The same under another name."""
        return replace(self, called=called)

    def error(self, message: str) -> InputError:
        """A complaint about it, with file and line."""
        return InputError(f"{self.path}:{self.line}: {message}")

    def fields(self, known: Collection[str], needed: Collection[str] = ()) -> dict[str, Item]:
        """Its values by key.

        Raises:
            InputError: It is no mapping, or has a key that is unknown or given twice, or lacks one.
        """
        import yaml

        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"{self.called} is no mapping; write 'key: value' lines")
        found: dict[str, Item] = {}
        for key, value in self.node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            at = Item(self.path, key, name)
            if name not in known:
                raise at.error(f"unknown key {name!r} in {self.called}; {suggestion(name, sorted(known))}")
            if name in found:
                raise at.error(f"{self.called} has {name!r} twice; keep one")
            found[name] = Item(self.path, value, f"{name!r} of {self.called}")
        if missing := [name for name in needed if name not in found]:
            raise self.error(f"{self.called} has no {missing[0]!r}; add it")
        return found

    def items(self) -> list[Item]:
        """Its values, in order.

        Raises:
            InputError: It is no list, or an empty one.
        """
        import yaml

        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"{self.called} is no list; begin each line with '- '")
        if not self.node.value:
            raise self.error(f"{self.called} is empty; name at least one")
        return [Item(self.path, node, f"an entry of {self.called}") for node in self.node.value]

    def exact(self) -> str:
        """Its text, as written.

        Raises:
            InputError: It is no single value, an empty one, or one that cannot be printed.
        """
        import yaml

        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error(f"{self.called} is not one text; write it as one")
        text = str(self.node.value)
        if not text.strip():
            raise self.error(f"{self.called} is empty; write something")
        if _UNPRINTABLE.search(text):
            raise self.error(f"{self.called} holds a character that cannot be printed; remove it")
        return text

    def text(self) -> str:
        """Its text on one line.

        Raises:
            InputError: It is no single value, or an empty one.
        """
        return " ".join(self.exact().split())

    def choice(self, known: Collection[str]) -> str:
        """Its text, which must be one of these words.

        Raises:
            InputError: It is another.
        """
        if (word := self.text()) not in known:
            raise self.error(f"{self.called} is {word!r}; {suggestion(word, sorted(known))}")
        return word


def compose(path: Path) -> Item:
    """Read a YAML file.

    Raises:
        InputError: It cannot be read or is no YAML; the line is named.
    """
    import yaml

    text = read_text(path)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError(f"{path}:{line}: holds a character that YAML does not allow; remove it") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1
        said = " ".join(str(getattr(error, "problem", None) or "is no YAML").split())
        raise InputError(f"{path}:{line}: {said}; mend the YAML there") from None
    except RecursionError:
        raise InputError(f"{path}: is nested too deeply; write the tests side by side") from None
    if node is None:
        raise InputError(f"{path}:1: says nothing; write 'sets:' and below it the criteria")
    return Item(path, node, "the file")


def located(item: Item, error: EvigraphError) -> InputError:
    """An error of something that knows no file, at the place of an item."""
    return item.error(str(error))
