"""Who somebody is: passwords, what an identity provider answers, how people may sign in."""
