"""The formats in which transcripts come; a module reads one family of them."""
