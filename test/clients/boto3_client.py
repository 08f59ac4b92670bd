"""Tests the embedded ECR with boto3: the lifecycle of a repository, and each answer against botocore's service model.

Prints a line per check and exits with 1 if one fails. The endpoint comes from AWS_ENDPOINT_URL_ECR.
"""
import base64
import hashlib
import json
import sys
import urllib.request
from datetime import datetime, timedelta, timezone

import boto3
from botocore.exceptions import WaiterError

from service_model import Answers

START = datetime(2026, 1, 1, tzinfo=timezone.utc)  # the time of the embedded ECR's clock, which advances a second with each PutImage
IMAGE = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
KEEP_TWO = json.dumps({"rules": [{
    "rulePriority": 1,
    "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 2},
    "action": {"type": "expire"}}]})
ARCHIVE_PR = json.dumps({"rules": [{
    "rulePriority": 7,
    "selection": {"tagStatus": "tagged", "tagPatternList": ["pr-*"], "countType": "imageCountMoreThan", "countNumber": 1},
    "action": {"type": "transition", "targetStorageClass": "archive"}}]})

failed = 0
ecr = boto3.client("ecr")


def check(holds, claim):
    global failed
    print(f"{'✓' if holds else '✗'} boto3: {claim}")
    failed += not holds


def same(actual, expected, claim):
    check(actual == expected, claim if actual == expected else f"{claim}: {actual!r}, not {expected!r}")


def expect_rejected(code, call, **arguments):
    """Checks that the call raises the exception class of the service model, with a message."""
    try:
        call(**arguments)
    except getattr(ecr.exceptions, code) as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        check(error.response["Error"]["Message"] != "" and status == 400, f"{call.__name__} raises {code}")
    except Exception as error:  # pylint: disable=broad-except
        check(False, f"{call.__name__} raises {code}, not {error!r}")
    else:
        check(False, f"{call.__name__} raises {code}")


answers = Answers(ecr)


# ---- pushing ----

def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def upload(repository, content, part=5 * 1024 * 1024):
    """Uploads a layer as a registry client does, in parts of the allowed size."""
    upload_id = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
    for first in range(0, len(content), part):
        piece = content[first:first + part]
        answer = ecr.upload_layer_part(
            repositoryName=repository, uploadId=upload_id, partFirstByte=first, partLastByte=first + len(piece) - 1, layerPartBlob=piece)
        if answer["lastByteReceived"] != first + len(piece) - 1:
            check(False, f"a part up to {first + len(piece) - 1} is received up to {answer['lastByteReceived']}")
    return ecr.complete_layer_upload(repositoryName=repository, uploadId=upload_id, layerDigests=[digest_of(content)])["layerDigest"]


def manifest(name, layer, config):
    return json.dumps({
        "schemaVersion": 2, "mediaType": IMAGE,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 2},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": layer, "size": 1000}],
        "annotations": {"name": name}})


def push(repository, text, tag=None, media_type=IMAGE):
    arguments = {"imageTag": tag} if tag else {}
    return ecr.put_image(repositoryName=repository, imageManifest=text, imageManifestMediaType=media_type, **arguments)["image"]


# ---- repositories ----

created = ecr.create_repository(
    repositoryName="team/shop", imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "latest*"}], tags=[{"Key": "team", "Value": "shop"}])["repository"]
same(created["createdAt"].astimezone(timezone.utc), START, "create_repository returns the creation time")
same(created["repositoryUri"], "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/shop", "create_repository returns the URI")
same(created["imageTagMutabilityExclusionFilters"], [{"filterType": "WILDCARD", "filter": "latest*"}], "create_repository returns the exclusions of the mutability")
same(ecr.list_tags_for_resource(resourceArn=created["repositoryArn"])["tags"], [{"Key": "team", "Value": "shop"}], "list_tags_for_resource returns the tags")
ecr.tag_resource(resourceArn=created["repositoryArn"], tags=[{"Key": "stage", "Value": "test"}])
ecr.untag_resource(resourceArn=created["repositoryArn"], tagKeys=["team"])
same(ecr.list_tags_for_resource(resourceArn=created["repositoryArn"])["tags"], [{"Key": "stage", "Value": "test"}], "tags are added and removed")
scanning = ecr.put_image_scanning_configuration(repositoryName="team/shop", imageScanningConfiguration={"scanOnPush": True})
same(scanning["imageScanningConfiguration"], {"scanOnPush": True}, "scanning is turned on")
for i in range(4):
    ecr.create_repository(repositoryName=f"empty-{i}")
pages = list(ecr.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 2}))
same([len(page["repositories"]) for page in pages], [2, 2, 1], "the paginator describes 5 repositories in pages of 2")
same([found["repositoryName"] for page in pages for found in page["repositories"]],
     ["empty-0", "empty-1", "empty-2", "empty-3", "team/shop"], "each one once")
expect_rejected("RepositoryAlreadyExistsException", ecr.create_repository, repositoryName="team/shop")
expect_rejected("RepositoryNotFoundException", ecr.describe_repositories, repositoryNames=["none"])
expect_rejected("InvalidParameterException", ecr.create_repository, repositoryName="Upper")
same(ecr.put_image_tag_mutability(repositoryName="empty-0", imageTagMutability="IMMUTABLE")["imageTagMutability"], "IMMUTABLE", "mutability changes")

# ---- layers and images ----

layer_content = bytes(range(256)) * 24 * 1024  # 6 MiB: two parts
layer = digest_of(layer_content)
config = digest_of(b"{}")
texts = [manifest(f"image {i}", layer, config) for i in range(6)]
digests = [digest_of(text.encode()) for text in texts]
expect_rejected("LayersNotFoundException", ecr.put_image, repositoryName="team/shop", imageManifest=texts[0], imageTag="release-1")
same(upload("team/shop", layer_content), layer, "a layer is uploaded in two parts")
same(upload("team/shop", b"{}"), config, "the config is uploaded")
expect_rejected("LayerAlreadyExistsException", upload, repository="team/shop", content=b"{}")
available = ecr.batch_check_layer_availability(repositoryName="team/shop", layerDigests=[layer, "sha256:" + "0" * 64, "nonsense"])
same([entry["layerAvailability"] for entry in available["layers"]], ["AVAILABLE", "UNAVAILABLE"], "batch_check_layer_availability reports existing layers")
same([entry["failureCode"] for entry in available["failures"]], ["InvalidLayerDigest"], "batch_check_layer_availability reports invalid digests")
with urllib.request.urlopen(ecr.get_download_url_for_layer(repositoryName="team/shop", layerDigest=layer)["downloadUrl"]) as response:
    same(digest_of(response.read()), layer, "the download URL returns the layer")

for i, tag in enumerate(["release-1", "pr-1", "pr-2", "pr-3", "latest", None]):
    pushed = push("team/shop", texts[i], tag)
    same(pushed["imageId"], {"imageDigest": digests[i], **({"imageTag": tag} if tag else {})}, f"put_image of {tag or 'no tag'}")
index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
    {"mediaType": IMAGE, "digest": digests[0], "size": 1}]})
index_digest = push("team/shop", index, "multi", INDEX)["imageId"]["imageDigest"]
expect_rejected("ImageAlreadyExistsException", ecr.put_image, repositoryName="team/shop", imageManifest=texts[0], imageTag="release-1")
expect_rejected("ImageTagAlreadyExistsException", ecr.put_image, repositoryName="team/shop", imageManifest=texts[1], imageTag="release-1")
expect_rejected("ImageDigestDoesNotMatchException", ecr.put_image, repositoryName="team/shop", imageManifest=texts[1], imageDigest=digests[0])
expect_rejected("ReferencedImagesNotFoundException", ecr.put_image, repositoryName="team/shop", imageManifest=index.replace(digests[0], "sha256:" + "1" * 64))
same(push("team/shop", texts[5], "latest")["imageId"]["imageDigest"], digests[5], "an excluded tag moves to another image")

# ---- reading images ----

pages = list(ecr.get_paginator("describe_images").paginate(
    repositoryName="team/shop", filter={"imageStatus": "ANY"}, PaginationConfig={"PageSize": 3}))
same([len(page["imageDetails"]) for page in pages], [3, 3, 1], "the paginator describes 7 images in pages of 3")
details = {entry["imageDigest"]: entry for page in pages for entry in page["imageDetails"]}
same(set(details), {*digests, index_digest}, "each one once")
same(details[digests[5]].get("imageTags"), ["latest"], "the new image has the moved tag")
same(details[digests[4]].get("imageTags"), None, "the former image no longer has the moved tag")
same(details[digests[1]]["imagePushedAt"].astimezone(timezone.utc) - START, timedelta(seconds=3), "an image has its push time")
same(details[digests[0]]["imageSizeInBytes"], 1002, "an image has the size of its config and layers")
untagged = ecr.describe_images(repositoryName="team/shop", filter={"tagStatus": "UNTAGGED"})["imageDetails"]
same([entry["imageDigest"] for entry in untagged], [digests[4]], "the filter UNTAGGED returns only untagged images")
by_tag = ecr.describe_images(repositoryName="team/shop", imageIds=[{"imageTag": "pr-2"}])["imageDetails"]
same([entry["imageDigest"] for entry in by_tag], [digests[2]], "an image by its tag")
expect_rejected("ImageNotFoundException", ecr.describe_images, repositoryName="team/shop", imageIds=[{"imageTag": "none"}])
listed = ecr.get_paginator("list_images").paginate(repositoryName="team/shop", PaginationConfig={"PageSize": 4}).build_full_result()["imageIds"]
same(sorted(entry.get("imageTag", "") for entry in listed), ["", "latest", "multi", "pr-1", "pr-2", "pr-3", "release-1"], "list_images in pages of 4")
got = ecr.batch_get_image(repositoryName="team/shop", acceptedMediaTypes=[IMAGE], imageIds=[
    {"imageTag": "release-1"}, {"imageDigest": digests[1]}, {"imageTag": "none"}, {"imageDigest": digests[2], "imageTag": "pr-3"}])
same([entry["imageManifest"] for entry in got["images"]], texts[:2], "batch_get_image returns the manifests as pushed")
same([entry["failureCode"] for entry in got["failures"]], ["ImageNotFound", "ImageTagDoesNotMatchDigest"], "batch_get_image returns the failures")
deleted = ecr.batch_delete_image(repositoryName="team/shop", imageIds=[{"imageDigest": digests[0]}, {"imageDigest": digests[4]}])
same([entry["failureCode"] for entry in deleted["failures"]], ["ImageReferencedByManifestList"], "an image that an index refers to is not deleted")
same(deleted["imageIds"], [{"imageDigest": digests[4]}], "any other image is deleted")

# ---- repository policy ----

policy = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": ["ecr:BatchGetImage"]}]})
locking = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "ecr:*"}]})
expect_rejected("RepositoryPolicyNotFoundException", ecr.get_repository_policy, repositoryName="team/shop")
ecr.set_repository_policy(repositoryName="team/shop", policyText=policy)
same(ecr.get_repository_policy(repositoryName="team/shop")["policyText"], policy, "get_repository_policy returns the policy")
expect_rejected("InvalidParameterException", ecr.set_repository_policy, repositoryName="team/shop", policyText=locking)
same(ecr.delete_repository_policy(repositoryName="team/shop")["policyText"], policy, "delete_repository_policy returns the policy")
expect_rejected("RepositoryPolicyNotFoundException", ecr.delete_repository_policy, repositoryName="team/shop")

# ---- lifecycle policy ----

expect_rejected("LifecyclePolicyNotFoundException", ecr.get_lifecycle_policy, repositoryName="team/shop")
expect_rejected("LifecyclePolicyNotFoundException", ecr.start_lifecycle_policy_preview, repositoryName="team/shop")
expect_rejected("LifecyclePolicyPreviewNotFoundException", ecr.get_lifecycle_policy_preview, repositoryName="team/shop")
expect_rejected("InvalidParameterException", ecr.put_lifecycle_policy, repositoryName="team/shop", lifecyclePolicyText=KEEP_TWO.replace('"expire"', '"delete"').ljust(100))
same(ecr.put_lifecycle_policy(repositoryName="team/shop", lifecyclePolicyText=KEEP_TWO)["lifecyclePolicyText"], KEEP_TWO, "put_lifecycle_policy returns the policy")
same(json.loads(ecr.get_lifecycle_policy(repositoryName="team/shop")["lifecyclePolicyText"]), json.loads(KEEP_TWO), "get_lifecycle_policy returns the policy")

# ---- preview: a waiter, a paginator ----

waiter = ecr.get_waiter("lifecycle_policy_preview_complete")
quick = {"Delay": 1, "MaxAttempts": 20}
same(ecr.start_lifecycle_policy_preview(repositoryName="team/shop")["status"], "IN_PROGRESS", "a preview of the live policy starts")
expect_rejected("LifecyclePolicyPreviewInProgressException", ecr.start_lifecycle_policy_preview, repositoryName="team/shop", lifecyclePolicyText=ARCHIVE_PR)
asked = len(answers.operations)
waiter.wait(repositoryName="team/shop", WaiterConfig=quick)
check(len(answers.operations) - asked > 1, "the waiter waits for it")
paginator = ecr.get_paginator("get_lifecycle_policy_preview")
pages = list(paginator.paginate(repositoryName="team/shop", PaginationConfig={"PageSize": 2}))
results = [entry for page in pages for entry in page["previewResults"]]
same([len(page["previewResults"]) for page in pages], [2, 1], "the paginator reads 3 results in pages of 2")
same(sorted(entry["imageTags"][0] for entry in results), ["pr-1", "pr-2", "pr-3"], "the results are neither the newest images nor part of an index")
same([page["summary"] for page in pages], [{"expiringImageTotalCount": 3}] * 2, "each page has the summary")
same({(entry["action"]["type"], entry["appliedRulePriority"], entry["storageClass"]) for entry in results}, {("EXPIRE", 1, "STANDARD")},
     "each result has an action, a rule priority and a storage class")
named = ecr.get_lifecycle_policy_preview(repositoryName="team/shop", imageIds=[{"imageTag": "release-1"}, {"imageTag": "pr-1"}])["previewResults"]
same([entry["imageDigest"] for entry in named], [digests[1]], "imageIds also return affected images only")
ecr.start_lifecycle_policy_preview(repositoryName="team/shop", lifecyclePolicyText=ARCHIVE_PR)
waiter.wait(repositoryName="team/shop", WaiterConfig=quick)
pages = paginator.paginate(repositoryName="team/shop", filter={"tagStatus": "TAGGED"}, PaginationConfig={"PageSize": 1})
archived = [entry for page in pages for entry in page["previewResults"]]
same(sorted((entry["imageTags"][0], entry["action"]["targetStorageClass"]) for entry in archived), [("pr-1", "ARCHIVE"), ("pr-2", "ARCHIVE")],
     "a preview of another policy replaces it and would archive two images")
same(ecr.get_lifecycle_policy_preview(repositoryName="team/shop")["summary"],
     {"expiringImageTotalCount": 0, "transitioningImageTotalCounts": [{"targetStorageClass": "ARCHIVE", "imageTotalCount": 2}]}, "the summary has the same count")
same(ecr.get_lifecycle_policy(repositoryName="team/shop")["lifecyclePolicyText"], KEEP_TWO, "no preview changes the live policy")
try:
    waiter.wait(repositoryName="empty-0", WaiterConfig={"Delay": 0, "MaxAttempts": 3})
    check(False, "the waiter fails if no preview was started")
except WaiterError:
    check(True, "the waiter fails if no preview was started")
same(ecr.delete_lifecycle_policy(repositoryName="team/shop")["lifecyclePolicyText"], KEEP_TWO, "delete_lifecycle_policy returns the policy")
expect_rejected("LifecyclePolicyNotFoundException", ecr.delete_lifecycle_policy, repositoryName="team/shop")

# ---- pull time update exclusions ----

roles = [f"arn:aws:iam::111122223333:role/gate-{i}" for i in range(3)]
for role in roles:
    same(ecr.register_pull_time_update_exclusion(principalArn=role)["principalArn"], role, "register_pull_time_update_exclusion returns the principal")
expect_rejected("ExclusionAlreadyExistsException", ecr.register_pull_time_update_exclusion, principalArn=roles[0])
listed = ecr.list_pull_time_update_exclusions(maxResults=2)
rest = ecr.list_pull_time_update_exclusions(maxResults=2, nextToken=listed["nextToken"])
same(sorted(listed["pullTimeUpdateExclusions"] + rest["pullTimeUpdateExclusions"]), roles, "the exclusions are listed on two pages")
same(ecr.deregister_pull_time_update_exclusion(principalArn=roles[0])["principalArn"], roles[0], "an exclusion is removed")
expect_rejected("ExclusionNotFoundException", ecr.deregister_pull_time_update_exclusion, principalArn=roles[0])

# ---- access and deletion ----

same(ecr.describe_registry()["registryId"], "111122223333", "describe_registry returns the account")
token = ecr.get_authorization_token()["authorizationData"][0]
check(base64.b64decode(token["authorizationToken"]).startswith(b"AWS:"), "get_authorization_token returns a token")
check(timedelta(hours=12) <= token["expiresAt"] - START < timedelta(hours=12, minutes=1), "the token is valid for 12 hours")
expect_rejected("RepositoryNotEmptyException", ecr.delete_repository, repositoryName="team/shop")
ecr.delete_repository(repositoryName="team/shop", force=True)
expect_rejected("RepositoryNotFoundException", ecr.list_images, repositoryName="team/shop")

same(answers.unexpected, [], f"{len(answers.operations)} answers match the service model")
sys.exit(1 if failed else 0)
