import { diagnose } from './diagnostics';
import type { EngineMethods } from './protocol';
import { WorkQueue } from './queue';
import type { Handlers } from '../shared/rpc/rpc';
import type { Work, Workroom } from './work';

/**
 * The child's answers: work in turn, questions about the engine itself at once.
 * @param worked called at the end of each piece of work
 */
export function createHandlers(work: Work, room: Workroom, worked?: () => void): Handlers<EngineMethods> {
  const queue = new WorkQueue(worked);
  return {
    openImage: (params, context) => queue.run(context, (turn) => work.openImage(params, turn)),
    openText: (params, context) => queue.run(context, (turn) => work.openText(params, turn)),
    explainImage: (params, context) => queue.run(context, (turn) => work.explainImage(params, turn)),
    explainRows: (params, context) => queue.run(context, (turn) => work.explainRows(params, turn)),
    heads: (params, context) => queue.run(context, (turn) => work.heads(params, turn)),
    thumbnails: (params, context) => queue.run(context, (turn) => work.thumbnails(params, turn)),
    statistics: (params, context) => queue.run(context, (turn) => work.statistics(params, turn)),
    explainText: (params, context) => queue.run(context, (turn) => work.explainText(params, turn)),
    outlineText: (params, context) => queue.run(context, (turn) => work.outlineText(params, turn)),
    textHeads: (params, context) => queue.run(context, (turn) => work.textHeads(params, turn)),
    textThumbnails: (params, context) => queue.run(context, (turn) => work.textThumbnails(params, turn)),
    textStatistics: (params, context) => queue.run(context, (turn) => work.textStatistics(params, turn)),
    integratedGradients: (params, context) => queue.run(context, (turn) => work.integratedGradients(params, turn)),
    textTensors: (params, context) => queue.run(context, (turn) => work.textTensors(params, turn)),
    preprocess: (params, context) => queue.run(context, (turn) => work.preprocess(params, turn)),
    trace: (params, context) => queue.run(context, (turn) => work.trace(params, turn)),
    decodeImage: (params, context) => queue.run(context, (turn) => work.decodeImage(params, turn)),
    encodePng: (params, context) => queue.run(context, (turn) => work.encodePng(params, turn)),
    diagnostics: (params) => diagnose(params, room),
    ping: () => Promise.resolve(null),
  };
}
