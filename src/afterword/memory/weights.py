"""Weights of recall, learned by `quality/recall_weights.py` on published question sets; not written by hand."""

RANK: dict[str, float] = {
    "own": -0.54, "rarest": 0.55, "around1": 0.72, "around2": 0.25, "around3": 0.94, "around6": 1.76, "pair": 0.82,
    "like": 0.30, "any": 1.73, "any2": 1.03, "before": -0.45, "before2": 0.27, "after": -0.55, "answers": 1.83,
    "of": 1.88, "of_around": 0.58, "of_any": 0.64, "of_before": -0.61, "of_asks": -0.01, "asks": -0.39,
    "asks_own": 0.32, "size": 0.03, "size_own": -0.12, "time": 0.30, "first": 0.73, "name": 0.11, "when": 0.93,
    "when_own": 1.49, "count": 0.91, "which": 0.28, "near": 2.08, "inside": 2.37,
}  # fmt: skip
"""The chance of a line to be part of the answer."""
PLAIN: dict[str, float] = {
    "own": -0.71, "rarest": 0.56, "around1": 0.83, "around2": 0.82, "around3": 0.90, "around6": 1.78, "pair": 0.97,
    "like": 0.36, "any": 2.16, "any2": 1.09, "before": -1.47, "before2": 0.24, "after": -0.59, "answers": 2.29,
    "asks": -0.60, "asks_own": 0.16, "size": 0.18, "size_own": -0.06, "time": 0.41, "name": 0.15, "when": 0.79,
    "when_own": 1.76, "count": 1.01, "which": 0.26, "near": 2.27, "inside": 2.22,
}  # fmt: skip
"""The same without a look at who speaks."""
