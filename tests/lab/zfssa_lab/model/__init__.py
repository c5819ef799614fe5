"""The domain of an appliance in memory: no HTTP, no JSON envelopes."""
