"""Make Frictionless data packages and BagIt archives of documentary editions."""
