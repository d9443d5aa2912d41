"""The optional form of the builtin engine's sums, compiled by numba: the same to the last bit.

`offer` says whether and from when on it is at work, and is all that the engine knows of it; nothing
else here is imported before that.
"""
