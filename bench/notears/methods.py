"""NOTEARS, GOLEM-EV and DAGMA on second moments, in NumPy and SciPy, with the settings of their authors' code."""
import time

import numpy as np
import scipy.linalg as sla
import scipy.optimize as so


def moments(X):
    X = X - X.mean(0)
    return X.T @ X / len(X)


def timed(method):
    def run(X, *settings):
        start = time.process_time()
        score = method(moments(X), *settings)
        return [score, time.process_time() - start]

    return run


def score(S, W):
    rest = np.eye(len(S)) - W
    return 0.5 * np.sum(rest * (S @ rest))


@timed
def notears(S):
    d = len(S)
    I = np.eye(d)
    bounds = [(0, 0) if i == j else (0, None) for _ in range(2) for i in range(d) for j in range(d)]

    def objective(x):
        W = (x[: d * d] - x[d * d :]).reshape(d, d)
        slope = S @ (I - W)
        E = sla.expm(W * W)
        h = np.trace(E) - d
        smooth = -slope + (rho * h + alpha) * 2 * W * E.T
        value = 0.5 * np.sum((I - W) * slope) + 0.5 * rho * h * h + alpha * h + 0.1 * x.sum()
        return value, np.concatenate((smooth + 0.1, 0.1 - smooth), axis=None)

    x, rho, alpha, h = np.zeros(2 * d * d), 1.0, 0.0, np.inf
    while True:
        while True:
            found = so.minimize(objective, x, method="L-BFGS-B", jac=True, bounds=bounds).x
            W = (found[: d * d] - found[d * d :]).reshape(d, d)
            new = np.trace(sla.expm(W * W)) - d
            if new <= 0.25 * h or rho >= 1e16:
                break
            rho *= 10
        x, h = found, new
        alpha += rho * h
        if h <= 1e-8 or rho >= 1e16:
            return score(S, W)


@timed
def golem(S, steps):
    d = len(S)
    I = np.eye(d)
    B, m, v = np.zeros((d, d)), 0, 0
    for t in range(1, steps + 1):
        rest = I - B
        slope = S @ rest
        gradient = sla.inv(rest).T - d / np.sum(rest * slope) * slope
        gradient += 0.02 * np.sign(B) + 5 * 2 * B * sla.expm(B * B).T
        np.fill_diagonal(gradient, 0)
        m = 0.9 * m + 0.1 * gradient
        v = 0.999 * v + 0.001 * gradient**2
        B = B - 1e-3 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return score(S, B)


@timed
def dagma(S):
    d = len(S)
    I = np.eye(d)

    def minimise(W, mu, steps, s, rate):
        before, m, v = 1e16, 0, 0
        for t in range(1, steps + 1):
            M = sla.inv(s * I - W * W) + 1e-16
            while np.any(M < 0):
                if t == 1 or s <= 0.9:
                    return None
                W += rate * move
                rate *= 0.5
                if rate <= 1e-16:
                    return W
                W -= rate * move
                M = sla.inv(s * I - W * W) + 1e-16
            gradient = mu * (-S @ (I - W) + 0.03 * np.sign(W)) + 2 * W * M.T
            m = 0.99 * m + 0.01 * gradient
            v = 0.999 * v + 0.001 * gradient**2
            move = m / (1 - 0.99**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
            W = W - rate * move
            if t % 1000 == 0 or t == steps:
                h = d * np.log(s) - np.linalg.slogdet(s * I - W * W)[1]
                value = mu * (score(S, W) + 0.03 * np.abs(W).sum()) + h
                if abs((before - value) / before) <= 1e-6:
                    return W
                before = value
        return W

    W, mu = np.zeros((d, d)), 1.0
    for stage, s in enumerate([1, 0.9, 0.8, 0.7, 0.6]):
        rate, found = 3e-4, None
        while found is None:
            found = minimise(W.copy(), mu, 60000 if stage == 4 else 30000, s, rate)
            rate, s = rate / 2, s + 0.1
        W = found
        mu *= 0.1
    return score(S, W)
