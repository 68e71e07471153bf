"""Storage: the database connection, its tables and migrations, locks between processes."""
