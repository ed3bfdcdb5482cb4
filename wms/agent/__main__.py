"""`python -m wms.agent`."""

import sys

from wms.agent.main import main

sys.exit(main())
