"""Checks of the words themselves: length, plainness, tone, and what each module owes."""
