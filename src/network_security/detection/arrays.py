"""Names for the arrays that this package passes around."""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int8]
"""Feature codes: -1, 0 or 1, or the code for absent evidence."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
