"""The independent checker's parts: a plan is read, replayed tick by tick, judged and priced, in plain Python."""
