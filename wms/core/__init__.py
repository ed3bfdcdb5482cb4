"""What every room stands on: transaction, command, event, error, envelope, lifecycle, clock, units."""
