import { Stack } from 'aws-cdk-lib';
import * as servicecatalog from 'aws-cdk-lib/aws-servicecatalog';

/** A product without CDK's telemetry, so that its template has only the declared resources. */
export class ProductStack extends servicecatalog.ProductStack {
  constructor(scope: Stack, id: string, props: servicecatalog.ProductStackProps = {}) {
    super(scope, id, { analyticsReporting: false, ...props });
  }
}
