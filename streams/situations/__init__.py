"""What is going on in the city as a whole? Joint events, modes of the city, and the shifts of its operations centre."""
