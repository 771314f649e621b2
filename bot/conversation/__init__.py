"""What a conversation says next, and the little that it remembers."""
