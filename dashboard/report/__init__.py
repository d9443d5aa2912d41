"""What is printed: the nightly report as files, HTML, PDF and charts."""
