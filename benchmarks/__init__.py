"""Measurements against peers on synthetic reviews: ``make bench``, or ``python -m benchmarks N...``.

One file a group of tasks, registered in :mod:`benchmarks.groups`. Every task runs in a process of its
own with a deadline; what does not end is recorded as that. Results are kept in ``results.json`` by group
and size, and ``RESULTS.md`` is written from it.
"""
