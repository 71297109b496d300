"""The doors of the messages' room."""
