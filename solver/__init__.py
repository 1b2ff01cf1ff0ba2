"""The CP-SAT model and what is done with it. Import from here costs nothing: ortools is loaded when solving."""
