"""From `config.toml` to the program's values; `watcher.config.load` is the door."""
