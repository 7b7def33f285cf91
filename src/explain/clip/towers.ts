import { mergeModels } from '../../onnx/merge';
import type { OpenModel } from '../../onnx/open';
import { openModelFile } from '../../onnx/open';
import { UnsupportedModel } from '../../shared/errors';
import type { ModelFolder } from '../models';
import { appendCosine, logitsOutput } from './cosine';
import { embeddingOutput } from './embedding';

/** Both towers as one graph that ends in logits [images, texts]. */
export interface Towers {
  readonly model: OpenModel;
  readonly logits: string;
  /** The graph has an input for the scale of its logits: the file holds none. */
  readonly scaled: boolean;
}

/** @throws BadFile, UnsupportedModel */
export function openTowers(folder: ModelFolder): Towers {
  if ('joint' in folder.files) {
    const model = openModelFile(folder.files.joint, { distinct: ['pixel_values'] });
    if (!model.outputs.includes('logits_per_image'))
      throw new UnsupportedModel(
        `"${folder.files.joint}" gives ${model.outputs.join(', ')}, but no logits_per_image. Export the whole CLIP model, or both towers with their projections.`,
      );
    return { model, logits: 'logits_per_image', scaled: false };
  }
  const vision = openModelFile(folder.files.vision);
  const image = embeddingOutput(vision.graph, 'vision');
  const other = openModelFile(folder.files.text);
  const text = embeddingOutput(other.graph, 'text');
  const model = mergeModels(vision, other, 'text');
  appendCosine(model.graph, image, text);
  return { model, logits: logitsOutput, scaled: true };
}
