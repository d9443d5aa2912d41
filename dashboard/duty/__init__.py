"""Whether it was done in time, was watched, and was fair; blind samples."""
