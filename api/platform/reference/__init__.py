"""A reference implementation of the platform's contract, with its own tables, for the demo and for tests."""

from api.platform.reference.app import reference_platform
from api.platform.reference.failures import Failure, Failures

__all__ = ["Failure", "Failures", "reference_platform"]
