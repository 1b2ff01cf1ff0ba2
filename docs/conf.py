"""How the pages are built: `make docs`."""

from importlib.metadata import version as installed

project = "crewreturn"
author = "The crewreturn contributors"
copyright = author
release = version = installed("crewreturn")

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}

# Headings are link targets, so that links work here and where the pages are read as plain Markdown.
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_title = f"crewreturn {release}"
