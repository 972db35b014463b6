"""A process of its own that runs the OWL 2 RL engine: N-Triples file in, types and relations out.

Run by path, so that it loads nothing of the package and can be killed while the engine works, which
looks at no signals.
"""

from __future__ import annotations

import sys

import reasonable

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
NOTHING = "http://www.w3.org/2002/07/owl#Nothing"


def main(path: str) -> None:
    """Print every statement that holds between names, as three words a line."""
    reasoner = reasonable.PyReasoner()
    reasoner.load_file(path)
    for triple in reasoner.reason():
        subject, predicate, value = map(str, triple)  # a term of rdflib equals no text
        is_about_names = subject.startswith("urn:n:") and value.startswith(("urn:n:", NOTHING))
        if is_about_names and (predicate.startswith("urn:n:") or predicate == TYPE):
            sys.stdout.write(f"{subject} {predicate} {value}\n")


if __name__ == "__main__":
    main(sys.argv[1])
