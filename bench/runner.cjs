'use strict';
/*
 * A warm process of one function, as in Lambda: node runner.cjs <bundle>. Runs one invocation per message, and answers with
 * the duration of the handler and the peak memory of the process.
 */
const fs = require('node:fs');
const http = require('node:http');

const { handler } = require(process.argv[2]);

/** The response of the gate to CloudFormation. The bare calls return their result instead. */
let answer;
const responseServer = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  answer = JSON.parse(Buffer.concat(chunks));
  response.end();
});
const isListening = new Promise((resolve) => responseServer.listen(0, '127.0.0.1', resolve));

process.on('message', async (message) => {
  await isListening;
  const event = { ...message, ResponseURL: `http://127.0.0.1:${responseServer.address().port}/` };
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

/** Prefers /proc to resourceUsage().maxRSS, because the latter includes the memory of the parent when it started the child. */
function peakBytes() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
