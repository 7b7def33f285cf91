import { readFileSync } from 'node:fs';
import type { EngineClient } from '../engine/client';
import type { ExplainTextRequest, TextTensors } from '../engine/protocol';
import { textReportOf } from '../engine/text-report';
import { jsonText } from '../explain/report/json';
import { textJson } from '../explain/report/text-json';
import { withTextNumbers } from '../explain/report/text-tensors';
import { UsageError } from '../shared/errors';
import type { Progress } from '../shared/rpc/progress';
import { writeSafetensors } from '../shared/safetensors';
import { saliencyMethods, type IntegratedGradients, type SaliencyMethod } from '../shared/text/explanation';
import { printable } from '../shared/width';
import { writeResult } from './files';
import { modelFolder } from './installation';
import { progressReporter } from './progress';
import { sessionOptions } from './session';
import { formatTextTable } from './text-table';
import type { Arguments, Verb } from './verb';

export const explainTextVerb: Verb = {
  name: 'text',
  synopsis:
    'TEXT [--pair TEXT] [--model DIR|ID] [--target NAME[i,…]|sum(NAME)] [--method l2|mean|grad-x-input|ig] [--max-tokens N] [--truncate] [--json FILE|-] [--report FILE.html] [--tensors FILE.safetensors]',
  summary: 'What a text model made of each token: saliency, relevance, hidden states. TEXT may be -, standard input.',
  positionals: ['TEXT'],
  options: {
    pair: { help: 'the second sentence; what an encoder-decoder’s decoder has said so far' },
    model: { help: 'a model’s folder, or the name of a bundled one (default minilm)' },
    target: {
      help: 'the scalar to explain: sum(NAME), NAME[i,…], class, class:2, masked, masked:fox, next, next:fox, similarity (default: what suits the model)',
    },
    method: { help: `${saliencyMethods.join(', ')} (default l2)` },
    'max-tokens': { help: 'read no more tokens than these, special ones included' },
    truncate: { help: 'cut a text that is too long, instead of refusing it', flag: true },
    json: { help: 'all numbers; - is standard output' },
    report: { help: 'one self-contained HTML page' },
    tensors: { help: 'every head’s attention and gradient, hidden states, embedding gradients' },
  },
  async run(args, engine) {
    const method = methodOf(args);
    const request: ExplainTextRequest = {
      text: textOf(args.positionals[0]!),
      pair: args.one('pair') ?? null,
      model: modelFolder(args.one('model') ?? 'minilm'),
      target: args.one('target') ?? null,
      maxTokens: maxTokensOf(args),
      onLongText: args.has('truncate') ? 'truncate' : 'error',
      session: sessionOptions(args),
    };
    const { onProgress, done } = progressReporter();
    try {
      await answer(args, engine, request, method, onProgress);
    } finally {
      done();
    }
  },
};

async function answer(
  args: Arguments,
  engine: EngineClient,
  request: ExplainTextRequest,
  method: SaliencyMethod,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const [json, report, tensors] = ['json', 'report', 'tensors'].map((name) => args.one(name));
  const {
    explanation,
    tensors: found,
  }: { explanation: TextTensors['explanation']; tensors: TextTensors['tensors'] | null } =
    tensors === undefined
      ? { explanation: await engine.call('explainText', request, { onProgress }), tensors: null }
      : await engine.call('textTensors', request, { onProgress });
  const integrated: IntegratedGradients | null =
    method === 'ig' ? await engine.call('integratedGradients', request, { onProgress }) : null;
  for (const warning of explanation.warnings) console.error(printable(warning));

  const said: string[] = [];
  if (json !== '-') console.log(formatTextTable(explanation, method, integrated, process.stdout.columns));
  if (json) writeResult(json, jsonText(textJson(explanation, method, integrated)));
  if (json && json !== '-') said.push(`numbers   ${json}`);
  if (tensors && found) {
    writeResult(tensors, writeSafetensors(withTextNumbers(explanation, found)));
    said.push(`tensors   ${tensors}`);
  }
  if (report) {
    writeResult(
      report,
      await textReportOf(engine, request, { explained: explanation, method, integrated }, { onProgress }),
    );
    said.push(`report    ${report}`);
  }
  for (const line of said) (json === '-' ? console.error : console.log)(printable(line));
}

/** `-`: what comes in on standard input, without the line's end that a shell adds. */
function textOf(given: string): string {
  return given === '-' ? readFileSync(0, 'utf8').replace(/\r?\n$/, '') : given;
}

function methodOf(args: Arguments): SaliencyMethod {
  const said = args.one('method') ?? 'l2';
  const method = saliencyMethods.find((m) => m === said);
  if (!method) throw new UsageError(`There is no method "${said}". Use ${saliencyMethods.join(', ')}.`);
  return method;
}

function maxTokensOf(args: Arguments): number | null {
  const said = args.one('max-tokens');
  if (said === undefined) return null;
  if (!/^[1-9]\d{0,6}$/.test(said))
    throw new UsageError(`--max-tokens takes a number of tokens from 1 on, not "${said}".`);
  return Number(said);
}
