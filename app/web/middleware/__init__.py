"""Middleware: applies to every request, whatever its route."""
