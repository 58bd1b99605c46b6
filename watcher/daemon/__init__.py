"""When things run: the service, its schedule, signals and the service manager."""
