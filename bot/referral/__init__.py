"""Which service to offer to whom, and what its card says."""
