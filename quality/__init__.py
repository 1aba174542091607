"""Benchmarks: speed, recall and likeness as figures kept over time. Apart from the tests: CI times nothing."""
