"""Pages in motion: receive, understand, advance, carry out."""
