'use strict';
/*
 * A warm process of one function, as Lambda keeps it: node runner.cjs <bundle>. One invocation a message; it answers
 * with how long the handler took and with the peak of the process's memory so far.
 */
const fs = require('node:fs');
const http = require('node:http');

const { handler } = require(process.argv[2]);

/** Where the gate answers to, as CloudFormation's bucket. Bare calls just return their result. */
let answer;
const desk = http.createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  answer = JSON.parse(Buffer.concat(pieces));
  response.end();
});
const isListening = new Promise((resolve) => desk.listen(0, '127.0.0.1', resolve));

process.on('message', async (message) => {
  await isListening;
  const event = { ...message, ResponseURL: `http://127.0.0.1:${desk.address().port}/` };
  answer = undefined;
  const context = { logGroupName: 'bench', getRemainingTimeInMillis: () => 15 * 60 * 1000 };
  const start = performance.now();
  try {
    const result = await handler(event, context);
    process.send({ milliseconds: performance.now() - start, peakBytes: peakBytes(), result: answer ?? result });
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
