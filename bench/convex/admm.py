"""The ADMM of the convex program, with one n x n system for all blocks, as NumPy would have it: whole arrays, products by BLAS."""
import time

import numpy as np


def admm(X, y, D, beta, rho, iterations):
    """Blocks v (d x 2P) after so many iterations, and the processor seconds of all, set-up included."""
    start = time.process_time()
    (n, d), P = X.shape, D.shape[1]
    B = np.linalg.inv(np.eye(d) + X.T @ X)
    XB = X @ B
    H = np.linalg.inv(rho * np.eye(n) + 2 * (XB @ X.T) * (D @ D.T))
    signs = np.hstack([2 * D - 1, 2 * D - 1])
    Xt = np.ascontiguousarray(X.T)
    v, dual = np.zeros((d, 2 * P)), np.zeros((d, 2 * P))
    s, nu = np.zeros((n, 2 * P)), np.zeros((n, 2 * P))
    for _ in range(iterations):
        right = v - dual + Xt @ (signs * (s - nu))
        rest = H @ (y - np.einsum("np,np->n", D, XB @ (right[:, :P] - right[:, P:])))
        gradient = Xt @ (D * rest[:, None])
        right[:, :P] += gradient
        right[:, P:] -= gradient
        u = B @ right
        z = u + dual
        norms = np.sqrt(np.einsum("db,db->b", z, z))
        v = np.maximum(0, 1 - beta / (rho * np.maximum(norms, 1e-300))) * z
        dual = z - v
        z = signs * (X @ u) + nu
        s = np.maximum(z, 0)
        nu = z - s
    return v.tolist(), time.process_time() - start
