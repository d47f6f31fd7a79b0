"""What people look at: drawn boxes and contact sheets. Workstation only."""
