"""`python -m pipeline` is `make-package`."""

from pipeline.cli import make_package

make_package(prog_name="make-package")
