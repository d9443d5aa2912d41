"""Complaints handed to offices: their list, their sheet, what is done with them."""
