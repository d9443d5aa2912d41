"""What people say: the figures, the themes and the theme desk."""
