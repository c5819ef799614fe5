"""The wire format: routes, argument checks, envelopes and faults of the REST API."""
