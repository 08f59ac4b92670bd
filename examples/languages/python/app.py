from aws_cdk import App, Duration, Stack
from cdk_ecr_lifecycle import (
    ArchiveWhen, ExpireWhen, GatedRepository, ImageSelection, InUseSource, LifecycleGuard, LifecyclePolicy,
    LifecycleRule, RepositoryPolicy,
)

app = App()
stack = Stack(app, "Shop")

GatedRepository(
    stack, "Web",
    lifecycle_policy=LifecyclePolicy.from_rules(
        LifecycleRule.keep_for_each_pattern(["release-*", "prod"]),
        LifecycleRule.expire(
            images=ImageSelection.tagged("pr-*"),
            when=ExpireWhen.image_count_more_than(5),
            max_expiring=20,
        ),
        LifecycleRule.expire(
            images=ImageSelection.untagged(),
            when=ExpireWhen.since_image_pushed(Duration.days(14)),
        ),
        LifecycleRule.archive(
            images=ImageSelection.all(),
            when=ArchiveWhen.since_image_pulled(Duration.days(90)),
        ),
    ),
    guards=[
        LifecycleGuard.max_images(40),
        LifecycleGuard.protect_tags("release-*", "prod"),
        LifecycleGuard.protect_in_use(InUseSource.ecs(), InUseSource.lambda_()),
    ],
    repository_policy=RepositoryPolicy.combine(
        RepositoryPolicy.cross_account_pull("444455556666"),
        RepositoryPolicy.deny_insecure_transport(),
    ),
)

app.synth()
