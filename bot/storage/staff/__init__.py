"""Who works in the staff's pages, and what they did there."""
