"""Training of Assent's model: see README.md."""
