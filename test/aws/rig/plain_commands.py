"""What the users' plain AWS commands ask for, by the library that they are made of.

aws stepfunctions start-execution --state-machine-arn ARN
aws logs tail /ecs/PROJECT
aws scheduler get-schedule --name sched-PROJECT
"""

import json
import sys

import boto3

command, endpoint, value = sys.argv[1:]


def client(service):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIAESTEIRATEST",
        aws_secret_access_key="secret",
    )


def answer():
    if command == "start-execution":
        return client("stepfunctions").start_execution(stateMachineArn=value)["executionArn"]
    if command == "tail":
        pages = client("logs").get_paginator("filter_log_events").paginate(logGroupName=value)
        return [event["message"] for page in pages for event in page["events"]]
    schedule = client("scheduler").get_schedule(Name=value)
    return [schedule["ScheduleExpression"], schedule["Target"]["Input"]]


print(json.dumps(answer()))
