import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GateError } from '../errors';

export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
}

/** The client of EventBridge for events. Few gates send one, so its package is loaded with the first event. */
export class EventBus extends EventBridgeClient {
  /** Puts one event on a bus. Throws if the bus does not accept it. */
  async putEvent(bus: string, { source, detailType, detail }: BusEvent, abortSignal: AbortSignal): Promise<void> {
    const entry = { EventBusName: bus, Source: source, DetailType: detailType, Detail: JSON.stringify(detail) };
    const { Entries = [] } = await this.send(new PutEventsCommand({ Entries: [entry] }), { abortSignal });
    const [{ EventId, ErrorCode, ErrorMessage } = {}] = Entries;
    if (EventId !== undefined) return;
    const because = ErrorCode === undefined ? 'the answer has no id' : `${ErrorCode} ${ErrorMessage ?? ''}`.trim();
    throw new GateError('RejectedEvent', `the event bus ${bus} did not accept the event: ${because}; check the bus and its quotas`);
  }
}
