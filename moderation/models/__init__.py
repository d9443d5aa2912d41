"""The shipped model files and their cards."""
