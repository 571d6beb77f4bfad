"""XLSX workbooks read as rows: streamed, bounded, and with every cell that cannot be trusted named."""
