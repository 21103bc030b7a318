"""How did each incident go? Follows emergency incidents by their statuses, keeps the clock on open ones."""
