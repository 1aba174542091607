"""Corpus to episodes that can be recalled; index and ranking."""

from afterword.memory.answers import ensure_answers
from afterword.memory.recall import Embedder, Hit, Recall, ensure_index, recall
from afterword.memory.replies import Reply, similar_replies

__all__ = ["Embedder", "Hit", "Recall", "Reply", "ensure_answers", "ensure_index", "recall", "similar_replies"]
