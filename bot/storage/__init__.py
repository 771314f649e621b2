"""The edge that knows cryptography and SQLAlchemy."""
