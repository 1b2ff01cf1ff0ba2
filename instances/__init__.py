"""Case files that ship with the package, their schema and the best values known for them."""
