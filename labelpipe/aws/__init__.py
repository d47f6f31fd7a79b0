"""Adapters to AWS: a boto3 client goes in, our values and errors come out. Ships to Lambda."""
