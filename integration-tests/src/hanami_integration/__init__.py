"""One table of scenarios, replayed by every client of Hanami on one real server."""
