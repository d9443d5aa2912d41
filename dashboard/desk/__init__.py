"""Deciding: cards and their order, the queue, the grid, keys, the shift."""
