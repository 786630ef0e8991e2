"""`python -m pipeline` is `make-package`."""

from pipeline.start import make_package

make_package()
