"""Topological swaps as the paper describes them: each candidate is scored by regressions on the data."""
import time

import numpy as np


def regress(X, order, at):
    """Weights of the node at a position on those before it, and its share of the score."""
    y, before = X[:, order[at]], X[:, order[:at]]
    weights = np.linalg.lstsq(before, y, rcond=None)[0]
    residual = y - before @ weights
    return weights, residual @ residual / (2 * len(X))


def fit(X, order):
    d = len(order)
    W, scores = np.zeros((d, d)), np.zeros(d)
    for at in range(d):
        W[order[:at], order[at]], scores[at] = regress(X, order, at)
    return W, scores


def swapped(order, a, b):
    moved = order.copy()
    moved[a], moved[b] = order[b], order[a]
    return moved


def improving(X, order, scores, pairs):
    """Changes of the score by pairs that lower it, the best first."""
    found = []
    for a, b in pairs:
        moved = swapped(order, a, b)
        change = sum(regress(X, moved, at)[1] for at in range(a, b + 1)) - scores[a : b + 1].sum()
        if change < -1e-12 * scores.sum():
            found.append((change, a, b))
    return sorted(found)


def candidates(W, order, small, large):
    """Pairs of positions by the weight of walks from the first to the second, ties with them."""
    d = len(order)
    V = np.abs(W[np.ix_(order, order)])
    walks = np.linalg.inv(np.eye(d) - V)
    a, b = np.triu_indices(d, 1)
    values = walks[a, b]
    order_of = np.sort(values)
    bounds = [order_of[min(size, len(values)) - 1] for size in (small, large)]
    inner = values <= bounds[0]
    outer = (values <= bounds[1]) & ~inner
    return list(zip(a[inner], b[inner])), list(zip(a[outer], b[outer]))


def apply(order, found):
    taken = np.zeros(len(order), bool)
    for _, a, b in found:
        if not taken[a : b + 1].any():
            taken[a : b + 1] = True
            order = swapped(order, a, b)
    return order


def topo(X, order, small, large, searches):
    """Score and processor seconds."""
    start = time.process_time()
    W, scores = fit(X, order)
    while True:
        inner, outer = candidates(W, order, small, large)
        found = improving(X, order, scores, inner)
        if not found and searches > 0:
            found = improving(X, order, scores, outer)
            searches -= 1
        if not found:
            return [scores.sum(), time.process_time() - start]
        order = apply(order, found)
        W, scores = fit(X, order)
