"""Sandbox servers and an example company for trying Doorstep out."""
