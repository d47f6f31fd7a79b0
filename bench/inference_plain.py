"""The handler that bench/inference.py compares with: serial and short, as public samples do it."""

import json
import os
import tempfile
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")
rekognition = boto3.client("rekognition")


def handler(event, context):
    for message in event["Records"]:
        for record in json.loads(message["body"])["Records"]:
            bucket = record["s3"]["bucket"]["name"]
            key = unquote_plus(record["s3"]["object"]["key"])
            answer = rekognition.detect_custom_labels(
                ProjectVersionArn=os.environ["MODEL_ARN"],
                Image={"S3Object": {"Bucket": bucket, "Name": key}},
                MinConfidence=50,
            )
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump({"CustomLabels": answer["CustomLabels"]}, file)
                file.flush()
                s3.upload_file(file.name, bucket, f"{key}.json")
