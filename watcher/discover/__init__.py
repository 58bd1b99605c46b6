"""Discovery: from a name that a person typed to a work in the catalogues, and to places worth looking at."""
