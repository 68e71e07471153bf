"""Keys: who may use the gateway, for which services and how much. Only their hashes are kept."""

from app.keys.file import KeysError, add, read, remove
from app.keys.key import Key, Rate, hashed, new_id, new_secret
from app.keys.keyring import Keyring

__all__ = ["Key", "Keyring", "KeysError", "Rate", "add", "hashed", "new_id", "new_secret", "read", "remove"]
