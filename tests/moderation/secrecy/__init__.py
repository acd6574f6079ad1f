"""What has been hidden is seen by nobody who should not: a model of who may read what, and every page held to it."""
