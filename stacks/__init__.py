"""CDK only: a stack that reads like a table of contents, one construct per capability."""
