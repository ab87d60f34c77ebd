"""Ways templates say things."""
