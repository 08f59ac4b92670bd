import { BootstraplessSynthesizer, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { GateProvider } from './function/gate-provider';
import { MisuseError } from '../construct/errors';

/**
 * Creates the function of a stack, which needs a file asset, or throws an error that names the stack and the repository.
 *
 * @param gated The repository, or the attachment, that needs the function.
 */
export function createFunction(provider: GateProvider, gated: IConstruct): void {
  const stack = Stack.of(gated);
  // Checked first, so that no other part of the function is created.
  if (stack.synthesizer instanceof BootstraplessSynthesizer) throw unsupportedAssets(stack, gated, 'its synthesizer is a BootstraplessSynthesizer');
  try {
    void provider.serviceToken;
  } catch (error) {
    // Other synthesizers, such as that of a ProductStack, only say so when they get an asset.
    if (!(error instanceof Error) || error instanceof MisuseError || !/\basset/i.test(error.message)) throw error;
    throw unsupportedAssets(stack, gated, `CDK reports "${error.message}"`);
  }
}

function unsupportedAssets(stack: Stack, gated: IConstruct, reason: string): MisuseError {
  return new MisuseError('UnsupportedAssets',
    `the stack ${stack.node.path || stack.stackName} cannot hold the file asset of the Lambda function that the gate of ${gated.node.path} needs: ${reason}; `
    + 'use a synthesizer with assets, pass an assetBucket to a ProductStack or StackSetStack, or leave the gate out: gateEnabled: false on a '
    + 'GatedRepository, or exclude: [GateExclusion.repository(…)] in LifecyclePreviewGates');
}
