"""Coming in, staying in and going out; and the gate: who may see and do what."""
