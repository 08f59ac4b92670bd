'use strict';
/*
 * Programs of a rehearsal run at the time of the rehearsal, by which its services judge the age of images.
 * Required first, with REHEARSAL_NOW in the environment, or moved by `moveTo`. Plain CommonJS, because it runs without any compiler.
 */
const RealDate = Date;
let offset = 0;
let moved = false;
const now = () => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

/** The clock of the rehearsal stands still between two moves, and no clock runs backward. */
function moveTo(milliseconds) {
  const next = milliseconds - RealDate.now();
  offset = moved ? Math.max(offset, next) : next;
  moved = true;
}

if (process.env.REHEARSAL_NOW) moveTo(Number(process.env.REHEARSAL_NOW));

module.exports = { moveTo, realNow: () => RealDate.now() };
