"""Text: Unicode and tone marks, legacy encodings, addresses, tax codes, similarity."""
