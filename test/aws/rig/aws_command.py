"""What the AWS CLI does for two commands, where a machine has none: empty output for an empty answer, as the CLI has."""

import argparse
import json
import os
import sys

import boto3
from botocore.exceptions import ClientError

parser = argparse.ArgumentParser()
parser.add_argument("service", choices=["s3api"])
parser.add_argument("command")
parser.add_argument("--bucket", required=True)
parser.add_argument("--region", required=True)
parser.add_argument("--output", default="json")
parser.add_argument("--notification-configuration", type=json.loads)
asked = parser.parse_args()
s3 = boto3.client("s3", region_name=asked.region, endpoint_url=os.environ["AWS_ENDPOINT_URL"])
try:
    if asked.command == "get-bucket-notification-configuration":
        answer = s3.get_bucket_notification_configuration(Bucket=asked.bucket)
        answer.pop("ResponseMetadata")
        if answer:
            print(json.dumps(answer))
    else:
        s3.put_bucket_notification_configuration(
            Bucket=asked.bucket, NotificationConfiguration=asked.notification_configuration
        )
except ClientError as error:
    sys.exit(str(error))
