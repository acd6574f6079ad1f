"""Forms of consultations. Import the module that holds what you ask for."""
