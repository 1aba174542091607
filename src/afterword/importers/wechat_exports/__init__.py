"""Files that WeChat's exporters write, databases apart: one module for each form, and what they share."""
