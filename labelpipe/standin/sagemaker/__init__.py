"""SageMaker endpoints: each serves a trained version of the stand-in, in the words of a container of its own."""
