"""Speed and memory on this machine; see README.md in this folder."""
