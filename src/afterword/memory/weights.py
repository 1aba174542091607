"""Weights of recall, learned on published question sets and on questions over the shipped stories, never set by hand.

To learn them anew: `python -m quality.fit_recall` for the chances, a softmax over the lines of each question; logistic
regression for what is absent. Both were tested on conversations they were not learned from.
"""

RANK: dict[str, float] = {
    "own": -0.41, "rarest": 0.53, "around1": 0.22, "around2": 0.18, "around3": 0.56, "around6": 1.11, "pair": 0.93,
    "like": 0.26, "any": 0.57, "any1": 0.26, "any2": 0.47, "any6": 1.28, "most": 1.17, "before": -0.39,
    "before2": 0.35, "after": -0.49, "answers": 1.67, "of": 1.20, "of_around": 0.50, "of_any": 0.92,
    "of_before": -0.33, "of_asks": 0.07, "asks": -0.47, "asks_own": 0.20, "size": 0.20, "size_own": 0.08,
    "time": 0.19, "first": 0.42, "name": 0.17, "when": 0.64, "when_own": 1.77, "count": 1.47, "which": 0.25,
    "near": 2.26, "inside": 2.08,
}  # fmt: skip
"""The chance of a line to be part of the answer."""
RANK_CJK: dict[str, float] = {
    "own": -1.07, "rarest": 0.78, "around1": 0.18, "around2": -0.00, "around3": -0.54, "around6": 0.70,
    "pair": -0.12, "like": 3.28, "any": 1.47, "any1": 0.87, "any2": -0.13, "any6": 2.03, "most": 1.36,
    "before": 0.45, "before2": 1.01, "after": -1.05, "answers": 1.10, "of": 0.79, "of_around": 0.17, "of_any": 0.09,
    "of_before": 0.11, "of_asks": 0.17, "asks": -1.28, "asks_own": -0.12, "size": 0.86, "size_own": 0.67,
    "time": -0.17, "first": -0.21, "name": -0.41, "when": -1.06, "when_own": 3.28, "count": 3.14, "which": 1.73,
    "near": 3.41, "inside": 2.10, "same": -1.20, "same_rarest": -0.37, "same1": 0.44, "same2": 0.65, "same6": -0.06,
    "like_most": -0.34, "talk": -0.59, "talk_any": 3.01,
}  # fmt: skip
"""The same of questions in Chinese, Japanese or Korean characters."""
PLAIN: dict[str, float] = {
    "own": -1.14, "rarest": 0.22, "around1": 0.58, "around2": 0.41, "around3": 0.36, "around6": 1.10, "pair": 0.69,
    "like": -0.19, "any": 1.43, "any1": 0.64, "any2": 0.63, "any6": 1.59, "most": 1.64, "before": -0.60,
    "before2": 0.29, "after": -0.78, "answers": 1.31, "asks": -0.63, "asks_own": 0.16, "size": 0.33,
    "size_own": 0.32, "time": 0.20, "name": 0.11, "when": 0.27, "when_own": 2.11, "count": 2.27, "which": 0.33,
    "near": 2.45, "inside": 2.16,
}  # fmt: skip
"""The same without a look at who speaks."""
