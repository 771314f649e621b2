"""``python -m bot`` is the same as ``quietline``."""

from bot.cli import main

main()
