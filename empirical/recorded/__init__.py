"""Networks that are trained already: their curves come with the package, a file a system."""
