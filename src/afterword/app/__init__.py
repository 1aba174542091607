"""The use cases. The only room that the doors may call."""
