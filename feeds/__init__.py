"""Where it comes from: one pure decoder a feed, recordings, and the simulated city."""
