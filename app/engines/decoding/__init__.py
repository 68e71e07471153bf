"""Constrained decoding: the loop from a prompt's tokens to an answer that keeps to a JSON Schema by construction.

prompt → input_ids → get_logits_from_input_ids → mask → pick → append → (forced tokens) → … → text"""

from app.engines.decoding.loop import LogitsModel, Step, decode
from app.engines.decoding.vocabulary import Vocabulary

__all__ = ["LogitsModel", "Step", "Vocabulary", "decode"]
