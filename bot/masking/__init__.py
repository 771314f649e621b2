"""Leave out of a message what says who somebody is."""
