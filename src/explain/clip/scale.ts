import type { ModelFolder } from '../models';

export interface LogitScale {
  readonly value: number;
  readonly bias: number;
  /** Neither the model's folder nor the user gave it. */
  readonly assumed: boolean;
}

/** Trained values where the split files hold none: OpenAI's CLIP, and SigLIP base-224. (A config's logit_scale_init_value is where training began.) */
const trained = { clip: { value: 100, bias: 0 }, siglip: { value: 117.3, bias: -12.9 } };

/** Scale and bias of the logits of a model whose towers are separate files. */
export function logitScaleOf(model: ModelFolder, override: number | undefined): LogitScale {
  const known = trained[model.kind];
  const value = override ?? model.logitScale ?? known.value;
  const bias = model.logitBias ?? (model.logitScale === null ? known.bias : 0);
  return { value, bias, assumed: override === undefined && model.logitScale === null };
}
