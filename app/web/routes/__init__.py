"""Routes: a blueprint for each subject."""
