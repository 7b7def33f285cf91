import { join } from 'node:path';
import type { EngineClient } from '../engine/client';
import { overlayPngs, type OverlayStyle } from '../engine/overlays';
import type { ExplainImageResult } from '../engine/protocol';
import { reportOf } from '../engine/report';
import { overlayName } from '../explain/report/file-names';
import { explanationJson, jsonText } from '../explain/report/json';
import { withRelevance } from '../explain/report/tensors';
import { UsageError } from '../shared/errors';
import type { Method, Reading } from '../shared/explanation';
import { methods } from '../shared/explanation';
import { parseLayers } from '../shared/layers';
import { read } from '../shared/reading';
import { writeSafetensors } from '../shared/safetensors';
import { printable } from '../shared/width';
import { writeResult } from './files';
import { modelFolder } from './installation';
import { progressReporter } from './progress';
import { sessionOptions } from './session';
import { formatTable } from './table';
import type { Arguments, Verb } from './verb';

export const explainImageVerb: Verb = {
  name: 'image',
  synopsis:
    'IMAGE --prompt TEXT [--prompt TEXT]… [--model DIR|ID] [--layers last|all|A-B] [--text-layers last|all|A-B] [--method relevance|signed|raw|rollout|grad-cam] [--json FILE|-] [--overlay DIR] [--report FILE.html] [--tensors FILE.safetensors]',
  summary: 'Where CLIP looked for each prompt, and which words of the prompt counted.',
  positionals: ['IMAGE'],
  options: {
    prompt: { help: 'what to look for; may be repeated', multiple: true, required: true },
    model: { help: 'a model’s folder, or the name of a bundled one (default emoji-clip)' },
    layers: { help: 'layers of the image tower, numbered from 0 (default: what the model recommends, else last)' },
    'text-layers': { help: 'layers of the text tower' },
    method: { help: `${methods.join(', ')} (default relevance)` },
    'logit-scale': { help: 'scale of the logits, where the model’s files do not hold it' },
    truncate: { help: 'cut a prompt that is too long, instead of refusing it', flag: true },
    json: { help: 'all numbers; - is standard output' },
    overlay: { help: 'a folder for one PNG per prompt, at the image’s own size' },
    report: { help: 'one self-contained HTML page' },
    tensors: { help: 'every head’s attention and gradient' },
  },
  async run(args, engine) {
    const path = args.positionals[0];
    const method = methodOf(args);
    const choice = { method, layers: layersOf(args, 'layers'), textLayers: layersOf(args, 'text-layers') };
    const { onProgress, done } = progressReporter();
    const params = {
      image: { path },
      prompts: [...args.many('prompt')],
      model: modelFolder(args.one('model') ?? 'emoji-clip'),
      logitScale: logitScaleOf(args),
      onLongPrompt: args.has('truncate') ? ('truncate' as const) : ('error' as const),
      tensors: args.has('tensors'),
      session: sessionOptions(args),
    };
    const result = await engine.call('explainImage', params, { onProgress }).finally(done);
    const reading = read(result.explanation, choice);
    for (const w of result.explanation.warnings) console.error(printable(w));
    await write(args, engine, path, result, reading);
  },
};

async function write(
  args: Arguments,
  engine: EngineClient,
  path: string,
  result: ExplainImageResult,
  reading: Reading,
): Promise<void> {
  const { explanation } = result;
  const said: string[] = [];
  const [json, overlay, report, tensors] = ['json', 'overlay', 'report', 'tensors'].map((name) => args.one(name));
  if (json !== '-') console.log(formatTable(explanation, reading, process.stdout.columns));
  if (json) writeResult(json, jsonText(explanationJson(explanation, reading)));
  if (json && json !== '-') said.push(`numbers   ${json}`);
  if (tensors) {
    writeResult(tensors, writeSafetensors(withRelevance(explanation, reading, result.tensors)));
    said.push(`tensors   ${tensors}`);
  }
  if (overlay) {
    const photo = await engine.call('decodeImage', { image: { path } });
    const pictures = await overlayPngs(engine, photo, explanation, reading, style);
    pictures.forEach((png, k) => writeResult(join(overlay, overlayName(path, explanation.prompts[k].text, k)), png));
    said.push(`overlays  ${overlay}`);
  }
  if (report) {
    writeResult(report, await reportOf(engine, { path }, explanation, reading, style));
    said.push(`report    ${report}`);
  }
  for (const line of said) (json === '-' ? console.error : console.log)(printable(line));
}

const style: OverlayStyle = { colourMap: 'inferno', smooth: true, scale: 'own' };

function methodOf(args: Arguments): Method {
  const said = args.one('method') ?? 'relevance';
  const method = methods.find((m) => m === said);
  if (!method) throw new UsageError(`There is no method "${said}". Use ${methods.join(', ')}.`);
  return method;
}

function layersOf(args: Arguments, name: string) {
  const said = args.one(name);
  return said === undefined ? undefined : parseLayers(said);
}

function logitScaleOf(args: Arguments): number | undefined {
  const said = args.one('logit-scale');
  if (said === undefined) return undefined;
  const scale = Number(said);
  if (!(scale > 0) || !Number.isFinite(scale))
    throw new UsageError(`--logit-scale takes a positive number, not "${said}".`);
  return scale;
}
