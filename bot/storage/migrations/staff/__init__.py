"""The tables of the staff's accounts and of their audit trail."""
