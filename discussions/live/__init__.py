"""Open pages of threads, told what changed: one hub per thread and process, one sweep per process."""
