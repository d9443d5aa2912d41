"""Simulated days under faults and kills; `python -m tests.soak` writes docs/reliability.md."""
