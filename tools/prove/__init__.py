"""Long proofs: far more rows than the tests have time for, resumable, with a table at their end.

A row is one thing that is tried on a lab of its own: a migration with one fault in one of its requests, a migration on a
lab with a switch put over, a file of tests with every row or with many examples.
"""
