"""The real processes, seen from outside: HTTP, signals, logs, the model server's own record."""
