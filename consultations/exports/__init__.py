"""Papers of the dossier that are made from a draft."""
