"""Tests against the real vLLM."""
