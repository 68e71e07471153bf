"""The studio: web pages on which people upload transcripts and read minutes beside them."""
