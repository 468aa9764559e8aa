"""Who answers for what: halls, windows, clerks, items. Knows nothing of cases."""
