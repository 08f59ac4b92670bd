'use strict';
/*
 * Sets the clock of a process to the time of the rehearsal, which its services use for the age of images. Require it first
 * with REHEARSAL_NOW in the environment, or call `moveTo`. Plain CommonJS, because it runs without a compiler.
 */
const RealDate = Date;
let offset = 0;
let moved = false;
const now = () => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

/** The clock of the rehearsal stands still between moves, so it may be behind this one, which never moves backward. */
function moveTo(milliseconds) {
  const next = milliseconds - RealDate.now();
  offset = moved ? Math.max(offset, next) : next;
  moved = true;
}

if (process.env.REHEARSAL_NOW) moveTo(Number(process.env.REHEARSAL_NOW));

module.exports = { moveTo, realNow: () => RealDate.now() };
