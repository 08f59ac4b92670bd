package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	ecr "github.com/cdk-ecr-lifecycle/cdk-ecr-lifecycle-go/cdkecrlifecycle"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)

	ecr.NewGatedRepository(stack, jsii.String("Web"), &ecr.GatedRepositoryProps{
		LifecyclePolicy: ecr.LifecyclePolicy_FromRules(
			ecr.LifecycleRule_KeepForEachPattern(jsii.Strings("release-*", "prod"), nil),
			ecr.LifecycleRule_Expire(&ecr.ExpireRuleOptions{
				Images:      ecr.ImageSelection_Tagged(jsii.String("pr-*")),
				When:        ecr.ExpireWhen_ImageCountMoreThan(jsii.Number(5)),
				MaxExpiring: jsii.Number(20),
			}),
			ecr.LifecycleRule_Expire(&ecr.ExpireRuleOptions{
				Images: ecr.ImageSelection_Untagged(),
				When:   ecr.ExpireWhen_SinceImagePushed(awscdk.Duration_Days(jsii.Number(14))),
			}),
			ecr.LifecycleRule_Archive(&ecr.ArchiveRuleOptions{
				Images: ecr.ImageSelection_All(),
				When:   ecr.ArchiveWhen_SinceImagePulled(awscdk.Duration_Days(jsii.Number(90))),
			}),
		),
		Guards: &[]ecr.LifecycleGuard{
			ecr.LifecycleGuard_MaxImages(jsii.Number(40)),
			ecr.LifecycleGuard_ProtectTags(jsii.String("release-*"), jsii.String("prod")),
			ecr.LifecycleGuard_ProtectInUse(ecr.InUseSource_Ecs(), ecr.InUseSource_Lambda()),
		},
		RepositoryPolicy: ecr.RepositoryPolicy_Combine(
			ecr.RepositoryPolicy_CrossAccountPull(jsii.String("444455556666")),
			ecr.RepositoryPolicy_DenyInsecureTransport(),
		),
	})

	app.Synth(nil)
}
