"""What every page is drawn with: pieces, figures, forms, the frame and the navigation."""
