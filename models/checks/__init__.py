"""What is looked for in a case beyond its shape: one file per family, each a generator of problems or of notes."""
