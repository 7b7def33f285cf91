import { readFile } from 'node:fs/promises';
import { Uri, window } from 'vscode';
import * as v from 'valibot';
import { BadFile } from '../../shared/errors';
import type { Room } from '../room';
import type { Ways } from './ways';

const schema = v.array(v.object({ image: v.string(), prompts: v.pipe(v.array(v.string()), v.minLength(1)) }));

/**
 * Explains a bundled sample with the prompts that belong to it: the one that is named (the walkthrough and the welcome name one), else one
 * that the user picks. The samples are drawings for the bundled model, so that model explains them whatever the setting says.
 */
export async function openSample({ context }: Room, { open }: Ways, named?: unknown): Promise<void> {
  const samples = await readSamples(context.asAbsolutePath('media/samples/samples.json'));
  const known = samples.find(({ image }) => image === named);
  const chosen = known ?? (await pick(samples));
  if (!chosen) return;
  const image = Uri.joinPath(context.extensionUri, 'media', 'samples', chosen.image);
  await open({ images: [image.toString()], prompts: chosen.prompts, model: 'emoji-clip' });
}

async function pick(samples: v.InferOutput<typeof schema>): Promise<v.InferOutput<typeof schema>[number] | undefined> {
  const items = samples.map((sample) => ({
    label: `$(file-media) ${sample.image}`,
    description: sample.prompts.join(' · '),
    sample,
  }));
  const title = 'Try a Sample';
  return (await window.showQuickPick(items, { title, placeHolder: 'Drawings for the bundled model' }))?.sample;
}

async function readSamples(file: string): Promise<v.InferOutput<typeof schema>> {
  try {
    return v.parse(schema, JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new BadFile(`The list of samples "${file}" cannot be read. Install the extension again.`, { cause: error });
  }
}
