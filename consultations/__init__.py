"""Consultations: an agency puts a draft before the people, and they comment on it provision by provision."""
