"""What becomes of an uploaded image: what its message says, whether it can be asked about, how failures end."""
