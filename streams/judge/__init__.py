"""What do the statistics mean under the dated standards? A pure fold of statistics into indicators, and its service."""
