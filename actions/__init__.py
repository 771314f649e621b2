"""The rasa_sdk actions: they read slots, ask bot.conversation, and say; nothing is decided here."""
