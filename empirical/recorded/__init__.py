"""The paper's parity experiment, already run: its accuracy curves come with the package."""
