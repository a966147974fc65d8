"""One module a revision, oldest first by name. They are frozen: nothing here imports the tables as they are now."""
