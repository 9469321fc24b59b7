"""The report that a director can read: findings in, a page out."""
