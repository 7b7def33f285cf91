import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { Rpc, type CallContext, type Handlers, type Port } from '../../src/shared/rpc/rpc';
import { Cancelled, LensError, UsageError } from '../../src/shared/errors';

interface Calculator {
  double(n: number): Promise<number>;
  never(n: number): Promise<number>;
}
interface Bell {
  rings: { times: number };
}

interface End extends Port {
  receive(message: unknown): void;
  close(): void;
}

/** Two ends that hand each other clones, as a channel between processes does. */
function channel(): [End, End] {
  const end = (): End & { other?: End } => {
    let hear: (message: unknown) => void = () => undefined;
    let closed: () => void = () => undefined;
    const self: End & { other?: End } = {
      post: async (message) => {
        const clone: unknown = structuredClone(message);
        queueMicrotask(() => self.other?.receive(clone));
      },
      onMessage: (listener) => (hear = listener),
      onClose: (listener) => (closed = listener),
      receive: (message) => hear(message),
      close: () => closed(),
    };
    return self;
  };
  const [a, b] = [end(), end()];
  a.other = b;
  b.other = a;
  return [a, b];
}

function pair(handlers: Partial<Handlers<Calculator>> = {}) {
  const [near, far] = channel();
  const contexts: CallContext[] = [];
  const rings: number[] = [];
  const dropped: string[] = [];
  const log = (line: string) => void dropped.push(line);
  const client = new Rpc<object, Calculator, Bell>(near, {
    handlers: {},
    params: {},
    events: { rings: v.object({ times: v.number() }) },
    onEvent: { rings: ({ times }) => rings.push(times) },
    log,
  });
  const server = new Rpc<Calculator, object, Bell>(far, {
    handlers: {
      double: (n) => Promise.resolve(2 * n),
      never: (_, context) => {
        contexts.push(context);
        return new Promise(() => undefined);
      },
      ...handlers,
    },
    params: { double: v.number(), never: v.number() },
    log,
  });
  return { client, server, near, far, contexts, rings, dropped };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a call is answered by its handler', async () => {
  const { client } = pair();
  assert.equal(await client.call('double', 21), 42);
});

test('a handler that throws before it promises is an error of the call', async () => {
  const thrower = () => {
    throw new UsageError('No.');
  };
  const { client } = pair({ double: thrower });
  await assert.rejects(client.call('double', 1), (e) => e instanceof UsageError && e.message === 'No.');
});

test('parameters that do not fit are refused before the handler sees them', async () => {
  const { client, contexts } = pair();
  await assert.rejects(client.call('never', 'x' as never), UsageError);
  assert.equal(contexts.length, 0);
});

test('abort rejects at once and reaches the handler', async () => {
  const { client, contexts } = pair();
  const abort = new AbortController();
  const call = client.call('never', 1, { signal: abort.signal });
  await turn();
  abort.abort();
  await assert.rejects(call, Cancelled);
  await turn();
  assert.equal(contexts[0]?.signal.aborted, true);
});

test('a channel that closes rejects what waits, aborts what is served, and refuses what comes', async () => {
  const { client, near, far, contexts } = pair();
  const call = client.call('never', 1);
  await turn();
  near.close();
  far.close();
  await assert.rejects(call, (e) => e instanceof LensError && e.kind === 'crashed');
  await assert.rejects(client.call('double', 1), LensError);
  assert.equal(contexts[0]?.signal.aborted, true);
});

test('dispose rejects with its reason', async () => {
  const { client } = pair();
  const call = client.call('never', 1);
  client.dispose(new Cancelled('The panel was closed.'));
  await assert.rejects(call, /panel was closed/);
});

test('events arrive, malformed and unknown ones are dropped', async () => {
  const { server, rings, dropped } = pair();
  await server.emit('rings', { times: 3 });
  await server.emit('rings', { times: 'x' } as never);
  await server.emit('knocks' as never, {} as never);
  await turn();
  assert.deepEqual(rings, [3]);
  assert.equal(dropped.length, 2);
});

test('a malformed request with an id is answered, so that its caller does not wait for ever', async () => {
  const { far, near } = pair();
  const answers: unknown[] = [];
  near.onMessage((message) => answers.push(message));
  far.receive({ type: 'request', id: 5 });
  await turn();
  assert.equal((answers[0] as { id: number }).id, 5);
});

test('no message whatever throws at either end, or stops it from working', async () => {
  const ids = fc.oneof(fc.nat(3), fc.anything());
  const envelopes = fc.record(
    {
      type: fc.constantFrom('request', 'result', 'error', 'cancel', 'started', 'progress', 'event'),
      id: ids,
      method: fc.oneof(fc.constantFrom('double', '__proto__', 'toString', 'constructor'), fc.anything()),
      params: fc.anything(),
      error: fc.anything(),
      progress: fc.anything(),
      name: fc.oneof(fc.constantFrom('rings', '__proto__'), fc.anything()),
      payload: fc.anything(),
    },
    { requiredKeys: ['type'] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(envelopes, fc.anything()), { maxLength: 20 }), async (messages) => {
      const { client, near, far } = pair();
      for (const message of messages) {
        near.receive(message);
        far.receive(message);
      }
      await turn();
      assert.equal(await client.call('double', 4), 8);
    }),
    { numRuns: 300, seed: 7 },
  );
});
