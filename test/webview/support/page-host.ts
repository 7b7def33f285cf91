import { LensError } from '../../../src/shared/errors';
import { Rpc, type Handlers, type Params, type Result, type Side } from '../../../src/shared/rpc/rpc';

/** What a test sees and says of the calls that a page makes. */
export interface Called<Methods> {
  /** Every call of the panel, oldest first. */
  readonly calls: { readonly method: string; readonly params: unknown }[];
  /** Milliseconds before a call of this method is answered. */
  readonly delays: Partial<Record<keyof Methods, number>>;
  /** The sentence that a call of this method fails with. */
  readonly failures: Partial<Record<keyof Methods, string>>;
  /** The last call of each method, done or not. */
  readonly running: Partial<Record<keyof Methods, Promise<unknown>>>;
}

export type Answers<Methods> = {
  readonly [K in keyof Methods]: (params: Params<Methods, K>) => Result<Methods, K> | Promise<Result<Methods, K>>;
};

interface PageHost<Methods, Hears> extends Omit<Side<Methods, Hears>, 'handlers'> {
  readonly answers: Answers<Methods>;
  /** What `getState` gives: what the window kept of an earlier panel. */
  readonly saved: unknown;
  /** A call is about to fail as the test wants it. */
  readonly failing?: (method: keyof Methods, message: string) => void;
}

/** The extension's end of a page's border, in the page itself: the same Rpc and the same validation at both ends. */
export function hostInPage<Methods extends object, Hears extends object, Tells extends object>(
  { calls, delays, failures, running }: Called<Methods>,
  { answers, saved, failing, ...side }: PageHost<Methods, Hears>,
): Rpc<Methods, Record<never, never>, Hears, Tells> {
  const toHost = new EventTarget();
  const answer = async <K extends keyof Methods & string>(method: K, params: Params<Methods, K>) => {
    calls.push({ method, params });
    const delay = delays[method];
    if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay));
    const failure = failures[method];
    if (failure === undefined) return answers[method](params);
    failing?.(method, failure);
    throw new LensError('internal', failure);
  };
  const methods = Object.keys(answers) as (keyof Methods & string)[];
  const handlers = Object.fromEntries(
    methods.map((method) => [
      method,
      (params: Params<Methods, typeof method>) => (running[method] = answer(method, params)),
    ]),
  ) as unknown as Handlers<Methods>;
  window.savedState = saved;
  Object.assign(window, {
    acquireVsCodeApi: (): VsCodeApi => ({
      postMessage: (message) => {
        const detail = structuredClone(message);
        setTimeout(() => toHost.dispatchEvent(new CustomEvent('message', { detail })));
      },
      getState: () => structuredClone(window.savedState),
      setState: (state) => {
        window.savedState = JSON.parse(JSON.stringify(state));
      },
    }),
  });
  return new Rpc<Methods, Record<never, never>, Hears, Tells>(
    {
      post: async (message) => Promise.resolve(window.postMessage(message, '*')),
      onMessage: (listener) =>
        toHost.addEventListener('message', (event) => listener((event as CustomEvent<unknown>).detail)),
      onClose: () => undefined,
    },
    { ...side, handlers },
  );
}
