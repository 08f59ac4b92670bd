'use strict';
/*
 * A warm process of one function, as Lambda keeps it: node runner.cjs <bundle>. One invocation a message; it answers
 * with how long the handler took and with the peak of the process's memory so far.
 */
const fs = require('node:fs');

const { handler } = require(process.argv[2]);

process.on('message', async (event) => {
  const context = { logGroupName: 'bench', getRemainingTimeInMillis: () => 15 * 60 * 1000 };
  const start = performance.now();
  try {
    const result = await handler(event, context);
    process.send({ milliseconds: performance.now() - start, peakBytes: peakBytes(), result });
  } catch (error) {
    process.send({ error: String(error) });
  }
});

/** Not resourceUsage().maxRSS where it can be helped: a child begins with what its parent had when it was started. */
function peakBytes() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
