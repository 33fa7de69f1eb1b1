"""Three commands of AWS's own command line, by the library that it is made of: those that the guide has.

aws stepfunctions start-execution --state-machine-arn ARN
aws logs tail GROUP
aws scheduler get-schedule --name NAME
"""

import json
import sys

import boto3

service, command, *rest = sys.argv[1:]
asked = {
    ("stepfunctions", "start-execution"): lambda client: client.start_execution(
        stateMachineArn=option("--state-machine-arn")
    )["executionArn"],
    ("logs", "tail"): lambda client: [
        event["message"] for event in client.filter_log_events(logGroupName=rest[0])["events"]
    ],
    ("scheduler", "get-schedule"): lambda client: client.get_schedule(Name=option("--name"))["State"],
}


def option(name):
    return rest[rest.index(name) + 1]


# Region, endpoint and keys come from the profile, as for the command line itself.
print(json.dumps(asked[service, command](boto3.client(service))))
