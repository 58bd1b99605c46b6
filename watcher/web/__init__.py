"""A read-only status page over HTTP; imported only where the configuration switches it on."""
