"""Room 4: frame in, frame out. No I/O, no clock; screen and report ask the same functions."""
