"""Commands of the command line that have arguments of their own: each a module with `options` and `run`."""
