"""The edge that knows Rasa: everything that Rasa loads, and the process that runs it."""
