"""Page text to process and back: cards, facts, faults with positions, sentences, flow picture."""
