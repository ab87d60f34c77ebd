"""What the journals say: durations, expectations, deviations."""
