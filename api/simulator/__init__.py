"""A phone in the browser that speaks WeChat's encrypted protocol, and the far side of its API. For the demo only."""
