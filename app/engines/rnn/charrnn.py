"""`CharRNN` in PyTorch: embedding, GRU or LSTM, linear. Only for training, and as the reference in tests."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class CharRNN(nn.Module):  # type: ignore[misc]  # PyTorch may not be there when types are checked
    def __init__(self, vocab_size: int, embedding: int, hidden: int, layers: int, cell: str) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding)
        self.rnn = {"gru": nn.GRU, "lstm": nn.LSTM}[cell](embedding, hidden, layers, batch_first=True)
        self.linear = nn.Linear(hidden, vocab_size)

    def forward(self, tokens: Any, state: Any = None) -> tuple[Any, Any]:
        """The logits after each of *tokens* (batch x length), and the state after the last."""
        output, state = self.rnn(self.embedding(tokens), state)
        return self.linear(output), state


@torch.no_grad()  # type: ignore[untyped-decorator]
def logits_after(model: CharRNN, tokens: list[int]) -> Any:
    """The logits of the token after *tokens*, as an array: what `network` must come to as well."""
    return model(torch.tensor([tokens]))[0][0, -1].numpy()
