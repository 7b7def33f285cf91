import { diagnose } from './diagnostics';
import type { EngineMethods } from './protocol';
import { WorkQueue } from './queue';
import type { Handlers } from './rpc';
import type { Work, Workroom } from './work';

/** The child's answers: work in turn, questions about the engine itself at once. */
export function createHandlers(work: Work, room: Workroom): Handlers<EngineMethods> {
  const queue = new WorkQueue();
  return {
    explainImage: (params, context) => queue.run(context, () => work.explainImage(params, context)),
    preprocess: (params, context) => queue.run(context, () => work.preprocess(params, context)),
    trace: (params, context) => queue.run(context, () => work.trace(params, context)),
    decodeImage: (params, context) => queue.run(context, () => work.decodeImage(params, context)),
    encodePng: (params, context) => queue.run(context, () => work.encodePng(params, context)),
    diagnostics: (params) => diagnose(params, room),
    ping: () => Promise.resolve(null),
  };
}
