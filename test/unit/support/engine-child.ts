// An engine child whose work does what the test tells it in its first target: real process, real channel, no model.
import { setTimeout } from 'node:timers/promises';
import { createHandlers } from '../../../src/engine/handlers';
import { nativeLibraries } from '../../../src/engine/native';
import type { TraceResult } from '../../../src/engine/protocol';
import { serve } from '../../../src/engine/serve';
import { defaultLimits, Sessions } from '../../../src/engine/sessions';
import type { Work } from '../../../src/engine/work';
import { BadFile, LensError, OutOfMemory, UnsupportedModel, UsageError } from '../../../src/shared/errors';
import { int64Tensor, type TensorMap } from '../../../src/shared/tensor';

const answer = (tensors: TensorMap): TraceResult => ({
  tensors,
  report: {
    attentions: [],
    targets: [],
    warnings: [],
    timings: { skeleton: 0, build: 0, create: 0, run: 0, total: 0 },
  },
});
const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const errors = { usage: UsageError, unsupported: UnsupportedModel, file: BadFile, memory: OutOfMemory };
const absent = (): Promise<never> => Promise.reject(new LensError('internal', 'not in this test'));
let runs = 0;

const work: Work = {
  openImage: absent,
  openText: absent,
  explainImage: absent,
  explainRows: absent,
  heads: absent,
  thumbnails: absent,
  statistics: absent,
  explainText: absent,
  outlineText: absent,
  textHeads: absent,
  textThumbnails: absent,
  textStatistics: absent,
  integratedGradients: absent,
  textTensors: absent,
  preprocess: () => Promise.reject(new TypeError('a bug')),
  decodeImage: absent,
  encodePng: absent,
  async trace({ inputs, targets }, { progress, pause }) {
    runs++;
    progress({ stage: 'Begun', fraction: null });
    const [verb = '', argument = ''] = (targets[0] ?? '').split(':');
    switch (verb) {
      case 'echo':
        return answer(inputs);
      case 'pid':
        return answer({ pid: int64Tensor([1], [process.pid]), runs: int64Tensor([1], [runs]) });
      case 'arguments':
        return answer({ count: int64Tensor([1], [process.argv.length - 2]) });
      case 'sleep':
        await setTimeout(Number(argument));
        return answer({ pid: int64Tensor([1], [process.pid]), runs: int64Tensor([1], [runs]) });
      case 'block':
        block(Number(argument));
        return answer({ pid: int64Tensor([1], [process.pid]) });
      case 'parts':
        for (let part = 0; part < Number(argument); part++) {
          block(50);
          progress({ stage: 'Part', fraction: part / Number(argument) });
          await pause();
        }
        return answer({ pid: int64Tensor([1], [process.pid]) });
      case 'throw':
        throw new errors[argument as keyof typeof errors](`A sentence about ${argument}.`);
      case 'progress':
        for (const fraction of [0, 0.5, 1]) progress({ stage: 'Counting', fraction });
        return answer({});
      case 'exit':
        console.error(argument);
        return process.exit(3);
      case 'uncaught':
        process.nextTick(() => {
          throw new Error('nobody caught this');
        });
        return setTimeout(10_000, answer({}));
      case 'unclonable':
        return { ...answer({}), report: (() => undefined) as never };
      case 'garbage':
        for (const junk of [null, 7, 'x', { type: 'result' }, { type: 'error', id: 0, error: 3 }]) process.send?.(junk);
        return answer({});
      default:
        process.abort();
    }
  },
};

const native = nativeLibraries();
const room = { native, sessions: new Sessions(() => native.ort.get(), defaultLimits) };
const handlers = createHandlers(work, room);
serve({
  ...handlers,
  // Hangs without having said that it begins.
  diagnostics: (params, context) => {
    if (params.load) block(20_000);
    return handlers.diagnostics(params, context);
  },
});
