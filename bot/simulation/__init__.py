"""Made-up visitors, to try statistics out before there are any; nothing of it is about people."""
