"""A gate as a plain script: boto3's waiter and paginators, with sequential calls.

Prints JSON: the numbers of images, and the seconds that the preview and the list of images took.
"""
import json
import sys
import time

import boto3

repository, policy, with_images = sys.argv[1], sys.argv[2], sys.argv[3] == "with-images"
ecr = boto3.client("ecr")

start = time.monotonic()
ecr.start_lifecycle_policy_preview(repositoryName=repository, lifecyclePolicyText=policy)
ecr.get_waiter("lifecycle_policy_preview_complete").wait(repositoryName=repository)
pages = ecr.get_paginator("get_lifecycle_policy_preview").paginate(
    repositoryName=repository, PaginationConfig={"PageSize": 100})
affected = [image for page in pages for image in page["previewResults"]]
previewed = time.monotonic()

images = []
if with_images:
    pages = ecr.get_paginator("describe_images").paginate(repositoryName=repository, PaginationConfig={"PageSize": 1000})
    images = [image for page in pages for image in page["imageDetails"]]

print(json.dumps({
    "affected": len(affected), "images": len(images),
    "previewSeconds": previewed - start, "imagesSeconds": time.monotonic() - previewed,
}))
