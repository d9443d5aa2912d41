"""What decisions asked of the platforms: where each action stands, and work by hand."""
