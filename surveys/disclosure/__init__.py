"""Publication rules: versioned documents that say what may be shown, those of the product and one's own."""
