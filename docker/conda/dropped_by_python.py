"""What conda 4.3 takes from Python, and Python 3.11 no longer has."""

import collections
import collections.abc
import platform
import warnings

for name in collections.abc.__all__:
    setattr(collections, name, getattr(collections.abc, name))
platform.linux_distribution = lambda: ("debian", "12", "")
warnings.simplefilter("ignore")
