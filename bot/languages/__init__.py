"""Which languages we speak, how well, and where their words are."""
