"""Passes lifecycle policies to moto's ECR: a JSON list of texts on stdin, a JSON list of verdicts on stdout.

A verdict is "accepted", "rejected", or "crashed: …" if moto itself fails.
"""
import json
import sys

import boto3
from moto import mock_aws


def verdict(ecr, text):
    try:
        ecr.put_lifecycle_policy(repositoryName="judge", lifecyclePolicyText=text)
    except ecr.exceptions.InvalidParameterException:
        return "rejected"
    except Exception as error:  # pylint: disable=broad-except
        return f"crashed: {type(error).__name__}"
    return "accepted"


with mock_aws():
    client = boto3.client(
        "ecr", region_name="us-east-1", aws_access_key_id="moto", aws_secret_access_key="moto")
    client.create_repository(repositoryName="judge")
    json.dump([verdict(client, text) for text in json.load(sys.stdin)], sys.stdout)
