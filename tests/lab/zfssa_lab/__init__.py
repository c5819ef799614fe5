"""A lab appliance: a strict imitation of the REST API of the Oracle ZFS Storage Appliance.

One process serves any number of appliances, each on its own loopback port over TLS, and a plain
HTTP control port for tests.  The rooms: ``model`` is the domain without any HTTP, ``api`` is the
wire format, and the files of this folder are the process around them.
"""
