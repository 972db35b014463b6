"""The heavy measures of a large network, by sparse matrices: the same answers as for a small one.

scipy is an extra: ``pip install evigraph[citations]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from evigraph.citations.network import CitationArrays
from evigraph.errors import EnvironmentFaultError

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Networks of more works than these are measured by sparse matrices.
LIMIT: Final = 50_000
#: About how many products of a block of rows are held at once, which bounds the memory.
_BLOCK: Final = 10_000_000


def is_large(arrays: CitationArrays) -> bool:
    """Whether a network is measured here."""
    return len(arrays.works) > LIMIT


def matrix_of(arrays: CitationArrays) -> Any:
    """The network as a sparse matrix of scipy: row cites column.

    Raises:
        EnvironmentFaultError: scipy is not installed.
    """
    try:
        import numpy as np
        from scipy.sparse import csr_array
    except ImportError:
        raise EnvironmentFaultError(
            f"a network of {len(arrays.works):,} works needs scipy; run 'pip install evigraph[citations]'"
        ) from None
    rows = np.frombuffer(arrays.citing, dtype=np.int64)
    columns = np.frombuffer(arrays.cited, dtype=np.int64)
    size = len(arrays.works)
    return csr_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=(size, size))


def pagerank(arrays: CitationArrays, damping: float, tolerance: float, most: int) -> list[float]:
    """As :func:`evigraph.citations.ranking.pagerank`."""
    matrix = matrix_of(arrays)
    import numpy as np

    size = len(arrays.works)
    given = matrix.sum(axis=1)
    share = np.divide(1.0, given, out=np.zeros(size), where=given > 0)
    spread = matrix.T.tocsr().astype(float)
    dangling = given == 0
    rank = np.full(size, 1.0 / size)
    for _ in range(most):
        last = rank
        rank = damping * (spread @ (last * share) + last[dangling].sum() / size) + (1 - damping) / size
        if np.abs(rank - last).sum() < tolerance:
            break
    return [float(score) for score in rank]


def top_pairs(arrays: CitationArrays, top: int, *, cited: bool) -> list[tuple[int, int, int]]:
    """The pairs of works that share most, exactly, without holding all pairs.

    Two works share at most as much as the lesser of them has. So works are taken from the one that
    has most downwards, block by block against those already taken, and once ``top`` pairs are found
    a work that has less than the last of them cannot be in a better pair.

    Args:
        arrays: The network.
        top: How many pairs.
        cited: Whether pairs are cited together (co-citation), else whether they cite the same.

    Returns:
        The lesser place, the greater one and how much they share; the most first, equal ones in order.
    """
    matrix = matrix_of(arrays)
    import numpy as np

    matrix = matrix.T.tocsr() if cited else matrix
    has = np.diff(matrix.indptr)
    order = np.argsort(-has, kind="stable")
    order = order[has[order] > 0]
    matrix = matrix[order]
    transposed = matrix.T.tocsr()
    cost = np.cumsum(matrix @ np.diff(transposed.indptr).astype(np.int64))
    best = np.empty((0, 3), dtype=np.int64)
    start, least = 0, 1
    while start < len(order) and has[order[start]] >= least:
        before = cost[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(cost, before + _BLOCK)))
        end = min(end, int(np.searchsorted(-has[order], -least, side="right")))
        found = (matrix[start:end] @ matrix[:end].T).tocoo()
        keep = (found.col < found.row + start) & (found.data >= least)
        pairs = np.stack((order[found.row[keep] + start], order[found.col[keep]]), axis=1)
        pairs.sort(axis=1)
        best = _best(np.vstack((best, np.column_stack((pairs, found.data[keep])))), top)
        least = int(best[-1, 2]) if len(best) == top else 1
        start = end
    return [(int(one), int(other), int(count)) for one, other, count in best]


def _best(rows: NDArray[Any], top: int) -> NDArray[Any]:
    import numpy as np

    return rows[np.lexsort((rows[:, 1], rows[:, 0], -rows[:, 2]))[:top]]
