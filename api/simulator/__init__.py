"""A phone in the browser that speaks WeChat's encrypted protocol, and the far side of its API. For the demo only."""

from api.simulator.fake_api import fake_api
from api.simulator.router import simulator_router
from api.simulator.state import Place, SimulatorState

__all__ = ["Place", "SimulatorState", "fake_api", "simulator_router"]
