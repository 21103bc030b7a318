"""What does the city know of itself that no feed says? Its links, sites, areas and more, versioned and dated."""
