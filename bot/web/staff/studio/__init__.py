"""The studio: pages on which clinicians change, try, sign and publish every word."""
