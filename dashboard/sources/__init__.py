"""Whether each page is watched, and bringing in what people and platforms send."""
