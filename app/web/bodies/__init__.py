"""Request and answer bodies: read whole, within the limits on size, depth and entries."""
