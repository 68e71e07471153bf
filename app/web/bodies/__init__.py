"""Bodies: what requests say, and the JSON of answers."""
