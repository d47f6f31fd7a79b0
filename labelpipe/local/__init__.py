"""The local AWS, the CDK app deployed to it, and the demo that runs on both."""
