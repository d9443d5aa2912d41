"""All that is kept of one comment, and its sheet to be downloaded."""
