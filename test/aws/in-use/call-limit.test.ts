import { CallLimit } from '../../../src/aws/in-use/call-limit';

const direct = <T>(request: (options: { abortSignal: AbortSignal }) => Promise<T>) => request({ abortSignal: new AbortController().signal });

/** Calls that end when the test ends them. */
class Calls {
  readonly begun: string[] = [];
  private readonly ends = new Map<string, (error?: Error) => void>();

  make(limit: CallLimit, name: string): Promise<string> {
    return limit.call(() => {
      this.begun.push(name);
      return new Promise((resolve, reject) => this.ends.set(name, (error) => (error ? reject(error) : resolve(name))));
    });
  }

  async end(name: string, error?: Error): Promise<void> {
    this.ends.get(name)!(error);
    await new Promise(setImmediate);
  }
}

test('at most the given number of calls run at a time, the others follow in their order', async () => {
  const [limit, calls] = [new CallLimit(direct, 2), new Calls()];
  const all = Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => calls.make(limit, name)));
  expect(calls.begun).toEqual(['a', 'b']);
  await calls.end('b');
  expect(calls.begun).toEqual(['a', 'b', 'c']);
  await calls.end('c');
  await calls.end('a');
  expect(calls.begun).toEqual(['a', 'b', 'c', 'd', 'e']);
  await calls.end('e');
  await calls.end('d');
  expect(await all).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a call that ends makes room for the next one', async () => {
  const [limit, calls] = [new CallLimit(direct, 1), new Calls()];
  for (const name of ['a', 'b', 'c']) {
    const made = calls.make(limit, name);
    expect(calls.begun).toContain(name);
    await calls.end(name);
    expect(await made).toBe(name);
  }
});

test('a call that fails makes room for the next one', async () => {
  const [limit, calls] = [new CallLimit(direct, 1), new Calls()];
  const [failing, next] = [calls.make(limit, 'a'), calls.make(limit, 'b')];
  const failed = expect(failing).rejects.toThrow('broken');
  await calls.end('a', new Error('broken'));
  await failed;
  await calls.end('b');
  expect(await next).toBe('b');
});

test('a closed limit does not start the waiting calls', async () => {
  const [limit, calls] = [new CallLimit(direct, 1), new Calls()];
  const [running, ...waiting] = ['a', 'b', 'c'].map((name) => calls.make(limit, name));
  const rejected = Promise.all(waiting.map((call) => expect(call).rejects.toMatchObject({ code: 'UnknownImageUse' })));
  limit.close();
  await calls.end('a');
  expect(await running).toBe('a');
  await rejected;
  expect(calls.begun).toEqual(['a']);
});
