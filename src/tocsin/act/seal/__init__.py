"""The seal: what goes into a bundle, and how what a case says is compared again."""
