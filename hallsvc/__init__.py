"""The project: settings, addresses, the database, middleware and the launcher."""
