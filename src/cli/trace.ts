import type { TraceReport } from '../engine/protocol';
import { readSafetensors, writeSafetensors } from '../shared/safetensors';
import type { TensorMap } from '../shared/tensor';
import { readBytes, writeResult } from './files';
import { progressReporter } from './progress';
import { sessionOptions } from './session';
import type { Verb } from './verb';
import { printable } from '../shared/width';

export const traceVerb: Verb = {
  name: 'trace',
  synopsis:
    'MODEL.onnx --inputs FILE.safetensors --target "NAME[i,j,…]" | "sum(NAME)" [--target …] --out FILE.safetensors [--json FILE|-]',
  summary: 'Attentions, their gradients, hidden states and embedding gradients of any transformer.',
  positionals: ['MODEL.onnx'],
  options: {
    inputs: { help: 'tensors named input.<name>', required: true },
    target: { help: 'the scalar to explain; may be repeated', multiple: true, required: true },
    out: { help: 'where the tensors go', required: true },
    json: { help: 'a list of the attentions, and the warnings; - is standard output' },
  },
  async run(args, engine) {
    const path = args.one('inputs') as string;
    const inputs = inputsOf(readSafetensors(await readBytes(path), path).tensors);
    const { onProgress, done } = progressReporter();
    const params = {
      model: args.positionals[0],
      inputs,
      targets: [...args.many('target')],
      session: sessionOptions(args),
    };
    const { tensors, report } = await engine.call('trace', params, { onProgress }).finally(done);
    writeResult(args.one('out') as string, writeSafetensors(tensors));
    const json = args.one('json');
    if (json) writeResult(json, `${JSON.stringify(report, null, 2)}\n`);
    for (const w of report.warnings) console.error(printable(w));
    if (json !== '-') console.log(summary(report));
  },
};

const inputsOf = (tensors: TensorMap): TensorMap =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, t]) => (name.startsWith('input.') ? [[name.slice(6), t]] : [])),
  );

function summary({ attentions, targets }: TraceReport): string {
  const list = attentions.map(
    (a) =>
      `${a.index}  ${a.stack} layer ${a.layer}, ${a.kind}, ${a.heads} heads, ${a.queries} × ${a.keys}${a.causal ? ', causal' : ''}`,
  );
  return [...targets.map((t) => `${printable(t.text)} = ${t.value}`), ...list].join('\n');
}
