"""`python -m hallsvc.database DATA_DIR`: the keeper of one embedded server."""

import sys
from pathlib import Path

from hallsvc.database.embedded import keep

if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1])))
