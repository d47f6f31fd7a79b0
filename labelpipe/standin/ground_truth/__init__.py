"""Ground Truth manifests: lines of labels, and all that can be wrong with them."""
