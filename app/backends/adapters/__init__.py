"""Adapters: one module for each API that a model is asked through."""
