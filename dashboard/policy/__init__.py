"""The policy: its form, its drafts, its calibration, judging again."""
