"""What every request and answer has: files, forms, health, the page around all pages."""
