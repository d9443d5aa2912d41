"""The sample organisation: invented posts and comments, and what turns them into files."""
