"""`python -m sunwai` is the command line."""

from sunwai.cli import main

if __name__ == "__main__":
    main()
