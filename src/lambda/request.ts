import type { GateEvent } from './event';
import { GateError } from '../aws/errors';
import { describeProblemsInLine, Problems } from '../core/text/problem';
import { PropertyReader } from '../core/text/property-reader';

/** CloudFormation's event for a custom resource. */
export interface CustomResourceEvent extends GateEvent {
  /** The pre-signed address for the answer. It accepts a PUT request without credentials. */
  readonly ResponseURL: string;
}

/** The seconds for which CloudFormation waits for an answer if the template does not set a timeout. */
const DEFAULT_SERVICE_TIMEOUT = 3600;

/** Returns CloudFormation's event. Throws if the event is not from CloudFormation, because it has no address for an answer. */
export function readRequest(raw: unknown): CustomResourceEvent {
  const problems = new Problems();
  const reader = new PropertyReader(raw, '', problems);
  reader.oneOf('RequestType', ['Create', 'Update', 'Delete']);
  for (const name of ['RequestId', 'StackId', 'LogicalResourceId', 'ResponseURL']) {
    const text = reader.optionalText(name);
    if (!reader.has(name)) reader.report(name, undefined, 'text that is not empty');
    if (name === 'ResponseURL' && text !== undefined && !/^https?:\/\//.test(text)) reader.report(name, text, 'a URL');
  }
  reader.optionalText('PhysicalResourceId');
  if (!problems.isEmpty) {
    throw new GateError(
      'MalformedEvent', 'this function answers requests of CloudFormation custom resources, and the event is not such a request; to preview a policy manually, use ' +
      `"npx ecr-lifecycle plan" (${describeProblemsInLine(problems.list())})`);
  }
  return raw as CustomResourceEvent;
}

/**
 * Returns true if CloudFormation has stopped waiting for the answer, and may have continued with a rollback or with later
 * deployments. Lambda can queue an event for six hours while it throttles.
 *
 * The event has no time, but its signed address does. CloudFormation signs the address when it sends the event [inferred]. An
 * event without a time counts as new.
 */
export function isOutdated({ ResponseURL, ResourceProperties }: CustomResourceEvent, now: number): boolean {
  const [, year, month, day, hour, minute, second] = /[?&]X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(ResponseURL) ?? [];
  if (year === undefined) return false;
  const sentAt = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const { ServiceTimeout } = (ResourceProperties ?? {}) as { readonly ServiceTimeout?: unknown };
  const seconds = Number(ServiceTimeout) > 0 ? Number(ServiceTimeout) : DEFAULT_SERVICE_TIMEOUT;
  return now - sentAt > seconds * 1000;
}
