import * as v from 'valibot';
import { Cancelled, LensError, UsageError } from '../errors';
import type { Progress } from './progress';
import { fromWire, toWire, wireError } from './wire-error';

/** One end of a channel that keeps the order of messages: a forked process, a webview, a worker. */
export interface Port {
  /** Resolves when the message has left this process; rejects when it cannot be sent. */
  post(message: unknown): Promise<void>;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

type Name<M> = keyof M & string;
export type Params<M, K extends keyof M> = M[K] extends (params: infer P) => unknown ? P : never;
export type Result<M, K extends keyof M> = M[K] extends (params: never) => Promise<infer R> ? R : never;

/** A handler for every method: one that is missing does not compile. */
export type Handlers<M> = {
  readonly [K in keyof M]: (params: Params<M, K>, context: CallContext) => Promise<Result<M, K>>;
};

/** A schema for every method's parameters, or every event's payload. */
export type Schemas<M> = {
  readonly [K in keyof M]: v.GenericSchema<unknown, M[K] extends (params: infer P) => unknown ? P : M[K]>;
};

/** What a handler knows of the call that it answers. */
export interface CallContext {
  /** Aborted when the caller no longer waits, or is gone. */
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** Tells the caller that the work begins; resolves when that is written, so that it is known before the event loop is blocked. */
  started(): Promise<void>;
}

export interface CallOptions {
  /** Abort rejects the call with {@link Cancelled} and tells the other end; what has begun there may run on. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Called also for a call that was aborted meanwhile: its caller may want to end the work by force. */
  readonly onStarted?: () => void;
  /** Called when the other end has done with the call, or is gone: of an aborted call that may be later than its rejection. */
  readonly onEnded?: () => void;
}

/** What this end offers, and which events it hears. */
export interface Side<Local, Events> {
  readonly handlers: Handlers<Local>;
  readonly params: Schemas<Local>;
  readonly events?: Schemas<Events>;
  readonly onEvent?: { readonly [K in keyof Events]?: (payload: Events[K]) => void };
  /** For messages that are dropped because they are malformed or can no longer be sent. */
  readonly log?: (line: string) => void;
}

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const anything = v.optional(v.unknown());
const envelope = v.variant('type', [
  v.object({ type: v.literal('request'), id, method: v.string(), params: anything }),
  v.object({ type: v.literal('started'), id }),
  v.object({
    type: v.literal('progress'),
    id,
    progress: v.object({ stage: v.string(), fraction: v.nullable(v.number()) }),
  }),
  v.object({ type: v.literal('result'), id, result: anything }),
  v.object({ type: v.literal('error'), id, error: wireError }),
  v.object({ type: v.literal('cancel'), id }),
  v.object({ type: v.literal('event'), name: v.string(), payload: anything }),
]);
type Envelope = v.InferOutput<typeof envelope>;

interface Pending {
  readonly options: CallOptions;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * Typed calls over a port, the same class at both ends. Requests carry an id, and every one of them is answered by a result or an error,
 * or rejected when the port closes. Whatever arrives is validated first: a malformed message is refused or dropped, it never throws.
 */
export class Rpc<Local extends object, Remote extends object, Heard extends object, Said extends object = Heard> {
  private readonly pending = new Map<number, Pending>();
  private readonly serving = new Map<number, AbortController>();
  /** Not 0: of two lives of a page, the second must not take what the first had asked for. */
  private nextId = Math.floor(Math.random() * 2 ** 48);
  private closed: LensError | null = null;

  constructor(
    private readonly port: Port,
    private readonly side: Side<Local, Heard>,
  ) {
    port.onMessage((message) => this.receive(message));
    port.onClose(() => this.dispose(new LensError('crashed', 'The other process closed its channel. Try again.')));
  }

  /** Rejects with the other end's error in its own class, with {@link Cancelled} on abort, or with the reason of {@link dispose}. */
  call<K extends Name<Remote>>(
    method: K,
    params: Params<Remote, K>,
    options: CallOptions = {},
  ): Promise<Result<Remote, K>> {
    return new Promise<unknown>((resolve, reject) => {
      const { signal } = options;
      if (this.closed) return reject(this.closed);
      if (signal?.aborted) return reject(new Cancelled());
      const id = this.nextId++;
      const aborted = () => {
        reject(new Cancelled());
        this.post({ type: 'cancel', id });
      };
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          this.pending.delete(id);
          signal?.removeEventListener('abort', aborted);
          options.onEnded?.();
          then(value);
        };
      const call: Pending = { options, resolve: settle(resolve), reject: settle(reject) };
      this.pending.set(id, call);
      signal?.addEventListener('abort', aborted, { once: true });
      this.port.post({ type: 'request', id, method, params }).catch((error: unknown) => call.reject(unsendable(error)));
    }) as Promise<Result<Remote, K>>;
  }

  /** Says something unasked; resolves when it is written. */
  async emit<K extends Name<Said>>(name: K, payload: Said[K]): Promise<void> {
    await this.port.post({ type: 'event', name, payload });
  }

  /** Rejects every call that waits, with `reason`, and aborts every call that is served. Later calls are rejected alike. */
  dispose(reason: LensError): void {
    if (this.closed) return;
    this.closed = reason;
    for (const call of [...this.pending.values()]) call.reject(reason);
    for (const abort of this.serving.values()) abort.abort();
  }

  private receive(message: unknown): void {
    if (this.closed) return;
    const parsed = v.safeParse(envelope, message);
    if (parsed.success) return this.dispatch(parsed.output);
    this.side.log?.(`A malformed message was dropped: ${issues(parsed.issues)}.`);
    const request = v.safeParse(v.object({ type: v.literal('request'), id }), message);
    if (request.success) {
      const error = toWire(new LensError('internal', `The request is malformed: ${issues(parsed.issues)}.`));
      this.post({ type: 'error', id: request.output.id, error });
    }
  }

  private dispatch(message: Envelope): void {
    switch (message.type) {
      case 'request':
        void this.answer(message.id, message.method, message.params);
        return;
      case 'cancel':
        this.serving.get(message.id)?.abort();
        return;
      case 'event':
        return this.hear(message.name, message.payload);
    }
    // An answer may come to nobody: its call was aborted, and answered with an error already sent.
    const call = this.pending.get(message.id);
    switch (message.type) {
      case 'started':
        return call?.options.onStarted?.();
      case 'progress':
        if (!call?.options.signal?.aborted) call?.options.onProgress?.(message.progress);
        return;
      case 'result':
        return call?.resolve(message.result);
      case 'error':
        return call?.reject(fromWire(message.error));
    }
  }

  private async answer(id: number, method: string, params: unknown): Promise<void> {
    if (this.serving.has(id)) return this.side.log?.(`A second request with the id ${id} was dropped.`);
    const abort = new AbortController();
    this.serving.set(id, abort);
    const context: CallContext = {
      signal: abort.signal,
      progress: (progress) => this.post({ type: 'progress', id, progress }),
      started: () => this.port.post({ type: 'started', id }),
    };
    try {
      const result = await this.handle(method, params, context);
      await this.port.post({ type: 'result', id, result });
    } catch (error) {
      this.post({ type: 'error', id, error: toWire(error) });
    } finally {
      this.serving.delete(id);
    }
  }

  private handle(method: string, params: unknown, context: CallContext): Promise<unknown> {
    const { handlers, params: schemas } = this.side;
    // Own properties only: "constructor" is no method.
    if (!Object.hasOwn(handlers, method) || !Object.hasOwn(schemas, method)) {
      throw new LensError(
        'internal',
        `There is no method "${method}". The two processes are of different versions: reload the window.`,
      );
    }
    const name = method as Name<Local>;
    const parsed = v.safeParse(schemas[name], params);
    if (!parsed.success) throw new UsageError(`The parameters of "${method}" are malformed: ${issues(parsed.issues)}.`);
    return handlers[name](parsed.output as Params<Local, Name<Local>>, context);
  }

  private hear(name: string, payload: unknown): void {
    const { events } = this.side;
    if (!events || !Object.hasOwn(events, name)) return this.side.log?.(`An unknown event "${name}" was dropped.`);
    const event = name as Name<Heard>;
    const parsed = v.safeParse(events[event], payload);
    if (!parsed.success) return this.side.log?.(`A malformed event "${name}" was dropped: ${issues(parsed.issues)}.`);
    this.side.onEvent?.[event]?.(parsed.output as Heard[Name<Heard>]);
  }

  /** Sends what nobody waits for: a failure means that the other end is gone, which the port reports by itself. */
  private post(message: Envelope): void {
    this.port.post(message).catch((error: unknown) => this.side.log?.(`A message could not be sent: ${String(error)}`));
  }
}

const unsendable = (error: unknown): LensError =>
  new LensError(
    'internal',
    `The request could not be sent: ${error instanceof Error ? error.message : String(error)}`,
    {
      cause: error,
    },
  );

/** "inputs.ids.data: not a typed array", the first three of them. */
const issues = (all: readonly v.BaseIssue<unknown>[]): string =>
  all
    .slice(0, 3)
    .map((issue) => [v.getDotPath(issue), issue.message].filter(Boolean).join(': '))
    .join('; ');
