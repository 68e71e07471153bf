"""Tests beside prompts: `<service>.tests.json` says what the answers of a service must be like."""

from app.prompt_tests.file import SCHEMA_FILE, SUFFIX, Case, TestFile, read, schema, unknown_flavors
from app.prompt_tests.running import CaseResult, Judge, run_case

__all__ = ["SCHEMA_FILE", "SUFFIX", "Case", "CaseResult", "Judge", "TestFile", "read", "run_case", "schema", "unknown_flavors"]
