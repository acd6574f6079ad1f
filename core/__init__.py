"""What every package needs and no package owns: database, access, text, time, files, outbox, mail."""
