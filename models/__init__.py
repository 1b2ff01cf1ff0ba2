"""What a case, a plan and an answer say: frozen data, read strictly, with no solver in sight."""
