"""How each platform says things: its errors, its allowances, its ids. Pure facts, no I/O.

Below both siblings that talk to platforms: collectors read with them, moderation writes with them.
"""
