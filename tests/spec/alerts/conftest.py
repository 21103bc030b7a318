"""A line of alerts in one process: values in, records out."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
