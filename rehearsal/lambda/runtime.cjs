'use strict';
/*
 * Stands in for Lambda's Node.js runtime. Started as a process with
 *     node runtime.cjs <code directory> <handler>
 * it receives one invocation at a time over IPC and answers with the same JSON as Lambda.
 * Plain CommonJS, because it runs without a compiler.
 */
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { moveTo, realNow } = require('./shifted-clock.cjs');

const [codeDirectory, handlerName] = process.argv.slice(2);
const dot = handlerName.lastIndexOf('.');
const modulePath = path.resolve(codeDirectory, handlerName.slice(0, dot));
const exportName = handlerName.slice(dot + 1);

let handler;

process.on('message', ({ requestId, event, deadline, clock }) => {
  if (clock !== undefined) moveTo(clock);
  void run(requestId, event, deadline).then((answer) => {
    // The parent waits for these two lines, so that the log is complete before the invocation ends.
    process.stdout.write(`\u0000end ${requestId}\n`);
    process.stderr.write(`\u0000end ${requestId}\n`);
    process.send({ requestId, ...answer });
  });
});

async function run(requestId, event, deadline) {
  try {
    handler ??= await load();
    const result = await call(JSON.parse(event), contextOf(requestId, deadline));
    return { payload: JSON.stringify(result) ?? 'null', failed: false };
  } catch (error) {
    return { payload: JSON.stringify(errorPayload(error)), failed: true };
  }
}

async function load() {
  const file = ['.js', '.cjs', '.mjs'].map((extension) => modulePath + extension).find((candidate) => fs.existsSync(candidate));
  if (!file) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${path.basename(modulePath)}'`);
  const loaded = file.endsWith('.mjs') ? await import(pathToFileURL(file).href) : require(file);
  if (typeof loaded[exportName] !== 'function') {
    throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  return loaded[exportName];
}

function call(event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(event, context, callback);
    const isPromise = returned && typeof returned.then === 'function';
    if (isPromise) returned.then(resolve, reject);
    else if (handler.length < 3) resolve(returned);
  });
}

function contextOf(requestId, deadline) {
  const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME;
  return {
    awsRequestId: requestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: process.env.REHEARSAL_FUNCTION_ARN,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
  };
}

function errorPayload(error) {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}
