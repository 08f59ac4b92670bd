import io.github.cdkecrlifecycle.*;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;

public class ShopApp {
    public static void main(final String[] args) {
        App app = new App();
        Stack stack = new Stack(app, "Shop");

        GatedRepository.Builder.create(stack, "Web")
            .lifecyclePolicy(LifecyclePolicy.fromRules(
                LifecycleRule.keepForEachPattern(List.of("release-*", "prod")),
                LifecycleRule.expire(ExpireRuleOptions.builder()
                    .images(ImageSelection.tagged("pr-*"))
                    .when(ExpireWhen.imageCountMoreThan(5))
                    .maxExpiring(20)
                    .build()),
                LifecycleRule.expire(ExpireRuleOptions.builder()
                    .images(ImageSelection.untagged())
                    .when(ExpireWhen.sinceImagePushed(Duration.days(14)))
                    .build()),
                LifecycleRule.archive(ArchiveRuleOptions.builder()
                    .images(ImageSelection.all())
                    .when(ArchiveWhen.sinceImagePulled(Duration.days(90)))
                    .build())))
            .guards(List.of(
                LifecycleGuard.maxImages(40),
                LifecycleGuard.protectTags("release-*", "prod"),
                LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda())))
            .repositoryPolicy(RepositoryPolicy.combine(
                RepositoryPolicy.crossAccountPull("444455556666"),
                RepositoryPolicy.denyInsecureTransport()))
            .build();

        app.synth();
    }
}
