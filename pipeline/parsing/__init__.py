"""Read source files: documents with blocks, notes, page breaks, sources and references, each with its place."""
