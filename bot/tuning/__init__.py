"""Fine-tune the encoder on our examples: slow, by hand, and never at set-up."""
