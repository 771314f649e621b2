"""The edge that knows OpenDP: draws noise once, and writes what may be published into folders."""
