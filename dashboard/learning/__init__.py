"""Practice, the first tour and help."""
