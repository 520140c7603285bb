"""The long-lived parent of every generation of a served code folder. It never runs user code."""
