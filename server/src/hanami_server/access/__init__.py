"""Who asks and what they may: passwords, tokens, the guard before every request."""
