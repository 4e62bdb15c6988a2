"""Systems beside the linear student whose curves are known exactly."""
