"""What an administrator sets, and what each user chooses for themselves."""
