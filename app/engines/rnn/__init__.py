"""The character RNN: a small recurrent model read from a checkpoint, sampled with numpy alone, and trained with PyTorch."""
