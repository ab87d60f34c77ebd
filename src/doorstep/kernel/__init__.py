"""The pure state machine of a case: step(program, state, event) -> (state, commands)."""
