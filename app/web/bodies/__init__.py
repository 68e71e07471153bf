"""Reading request bodies: whole, but never more than may be made of them."""
