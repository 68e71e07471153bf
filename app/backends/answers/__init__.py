"""Answers: what arrives of a model's answer, cleaned, bounded and counted."""
