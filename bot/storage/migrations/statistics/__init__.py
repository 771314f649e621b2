"""The tables of the counters and of the ledger of noise."""
