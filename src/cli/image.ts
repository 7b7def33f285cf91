import { basename, extname, join } from 'node:path';
import type { EngineClient } from '../engine/client';
import type { ExplainImageResult } from '../engine/protocol';
import { colourMaps, diverging } from '../shared/colour/maps';
import { UsageError } from '../shared/errors';
import type { Method, Reading } from '../shared/explanation';
import { methods } from '../shared/explanation';
import { parseLayers } from '../shared/layers';
import { paintOverlay } from '../shared/paint';
import { read } from '../shared/reading';
import { writeSafetensors } from '../shared/safetensors';
import { heatTops } from '../shared/scale';
import { shrunk } from '../shared/shrink';
import { floatTensor } from '../shared/tensor';
import { writeResult } from './files';
import { modelFolder } from './installation';
import { explanationJson, jsonText } from './json';
import { progressReporter } from './progress';
import { reportHtml } from './report';
import { sessionOptions } from './session';
import { formatTable } from './table';
import type { Arguments, Verb } from './verb';
import { printable } from './width';

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
    writeResult(tensors, writeSafetensors(withRelevance(result, reading)));
    said.push(`tensors   ${tensors}`);
  }
  if (overlay || report) {
    const photo = await engine.call('decodeImage', { image: { path } });
    if (overlay) {
      const pictures = await paintAll(engine, photo, result, reading);
      pictures.forEach((png, k) => writeResult(join(overlay, overlayName(path, explanation.prompts[k].text, k)), png));
      said.push(`overlays  ${overlay}`);
    }
    if (report) {
      const { image, factor } = shrunk(photo, 1600);
      const pictures = await paintAll(engine, image, result, reading, factor);
      const { png } = await engine.call('encodePng', image);
      const tops = heatTops(reading, 'own');
      writeResult(
        report,
        reportHtml({
          explanation,
          reading,
          photo: { bytes: png, mime: 'image/png' },
          overlays: pictures,
          tops,
          table: tableOf(reading.method),
        }),
      );
      said.push(`report    ${report}`);
    }
  }
  for (const line of said) (json === '-' ? console.error : console.log)(printable(line));
}

interface Photo {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** @param factor of the photo's size to the original's */
async function paintAll(
  engine: EngineClient,
  photo: Photo,
  { explanation }: ExplainImageResult,
  reading: Reading,
  factor = 1,
): Promise<Uint8Array[]> {
  const tops = heatTops(reading, 'own');
  const { x, y, width, height } = explanation.image.crop;
  const crop = { x: x * factor, y: y * factor, width: width * factor, height: height * factor };
  const pictures: Uint8Array[] = [];
  for (const [k, { map }] of reading.prompts.entries()) {
    const heat = {
      map,
      grid: explanation.grid,
      crop,
      top: tops[k],
      table: tableOf(reading.method),
      signed: reading.method === 'signed',
      smooth: true,
    };
    pictures.push((await engine.call('encodePng', paintOverlay(photo, heat))).png);
  }
  return pictures;
}

const tableOf = (method: Method) => (method === 'signed' ? diverging : colourMaps.inferno);

/** `space-0-a-bald-man.png`: letters of any script, no character that a file system minds. */
function overlayName(path: string, prompt: string, k: number): string {
  const slug = prompt
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  const stem = basename(path, extname(path));
  return `${stem}-${k}${slug ? `-${[...slug].slice(0, 40).join('')}` : ''}.png`;
}

function withRelevance({ explanation, tensors }: ExplainImageResult, reading: Reading) {
  const [rows, columns] = explanation.grid;
  const data = new Float32Array(reading.prompts.length * rows * columns);
  reading.prompts.forEach(({ map }, k) => data.set(map, k * rows * columns));
  return { ...tensors, 'vision.relevance': floatTensor([reading.prompts.length, rows, columns], data) };
}

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
