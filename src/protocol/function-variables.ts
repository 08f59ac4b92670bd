/*
 * The environment variables of the function that the library sets.
 */

/** Not read: it makes the function, and thus each gate, depend on the exclusion of its pulls. */
export const EXCLUSION_VARIABLE = 'PULL_TIME_UPDATE_EXCLUSION';

/** The ARN of the bus for events about failed gates. */
export const EVENT_BUS_VARIABLE = 'LIFECYCLE_GATE_EVENT_BUS';

export const OWN_VARIABLES: readonly string[] = [EXCLUSION_VARIABLE, EVENT_BUS_VARIABLE];
