"""What the server tells about itself: the audit log, the error log."""
