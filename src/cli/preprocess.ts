import { writeSafetensors } from '../shared/safetensors';
import { writeResult } from './files';
import type { Verb } from './verb';
import { printable } from '../shared/width';

export const preprocessVerb: Verb = {
  name: 'preprocess',
  synopsis: 'IMAGE --config preprocessor_config.json --out FILE.safetensors [--png FILE]',
  summary: 'What the model sees of an image: pixel_values [1, 3, height, width].',
  positionals: ['IMAGE'],
  options: {
    config: { help: 'the model’s preprocessor_config.json', required: true },
    out: { help: 'where pixel_values goes', required: true },
    png: { help: 'the same as a picture, before normalisation' },
  },
  async run(args, engine) {
    const image = { path: args.positionals[0] };
    const { tensors, png, crop, warnings } = await engine.call('preprocess', {
      image,
      config: args.one('config') as string,
    });
    for (const w of warnings) console.error(printable(w));
    const out = args.one('out') as string;
    writeResult(out, writeSafetensors({ pixel_values: tensors.pixel_values }));
    const picture = args.one('png');
    if (picture) writeResult(picture, png);
    const number = (x: number) => Number(x.toFixed(2));
    console.error(
      `pixel_values [${tensors.pixel_values.dims.join(', ')}] of ${number(crop.width)} × ${number(crop.height)} pixels at (${number(crop.x)}, ${number(crop.y)}) → ${printable(out)}`,
    );
  },
};
