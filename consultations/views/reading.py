"""What anybody may read: the list of consultations, a draft as a law, a provision with its opinions."""
