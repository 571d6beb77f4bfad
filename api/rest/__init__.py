"""REST for the bureau's other systems: ``/api/v1`` and its description at ``/docs``."""
