using Amazon.CDK;
using CdkEcrLifecycle;

var app = new App();
var stack = new Stack(app, "Shop");

new GatedRepository(stack, "Web", new GatedRepositoryProps
{
    LifecyclePolicy = LifecyclePolicy.FromRules(
        LifecycleRule.KeepForEachPattern(new[] { "release-*", "prod" }),
        LifecycleRule.Expire(new ExpireRuleOptions
        {
            Images = ImageSelection.Tagged("pr-*"),
            When = ExpireWhen.ImageCountMoreThan(5),
            MaxExpiring = 20,
        }),
        LifecycleRule.Expire(new ExpireRuleOptions
        {
            Images = ImageSelection.Untagged(),
            When = ExpireWhen.SinceImagePushed(Duration.Days(14)),
        }),
        LifecycleRule.Archive(new ArchiveRuleOptions
        {
            Images = ImageSelection.All(),
            When = ArchiveWhen.SinceImagePulled(Duration.Days(90)),
        })),
    Guards = new[]
    {
        LifecycleGuard.MaxImages(40),
        LifecycleGuard.ProtectTags("release-*", "prod"),
        LifecycleGuard.ProtectInUse(InUseSource.Ecs(), InUseSource.Lambda()),
    },
    RepositoryPolicy = RepositoryPolicy.Combine(
        RepositoryPolicy.CrossAccountPull("444455556666"),
        RepositoryPolicy.DenyInsecureTransport()),
});

app.Synth();
