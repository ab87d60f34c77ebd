"""The systems we talk to: configuration, secrets, routes, accounts, cursors, pauses."""
