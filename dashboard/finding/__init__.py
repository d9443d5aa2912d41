"""From a number to the comments behind it: addresses, lists, filters, downloads."""
