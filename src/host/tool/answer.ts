import type { ExplanationRows, Reading, Rect, Summary } from '../../shared/explanation';
import { insideImage, patchRect } from '../../shared/geometry';
import { cropSentence, layersAdvice, layersPhrase, methodSentences, scaleNote } from '../../shared/wording';

/** What a language model is told: few numbers, named, and in words what they mean and what they do not. */
export interface ToolAnswer {
  readonly model: { readonly name: string; readonly about: string };
  readonly image: { readonly path: string; readonly width: number; readonly height: number };
  readonly method: string;
  readonly layers: { readonly vision: string; readonly text: string };
  readonly prompts: readonly ToolPrompt[];
  readonly notes: readonly string[];
}

interface ToolPrompt {
  readonly text: string;
  readonly probability: number;
  readonly logit: number;
  /** Shares of the prompt's relevance. */
  readonly words: readonly { readonly word: string; readonly share: number }[];
  /** Patches with the largest relevance (magnitude, where signed), at most five: their share of the whole map and the pixels that they cover. */
  readonly strongestPatches: readonly {
    readonly row: number;
    readonly column: number;
    readonly share: number;
    readonly box: Rect;
  }[];
  /** Rows of the patch grid, where it was asked for. */
  readonly relevance?: readonly (readonly number[])[];
}

const strongest = 5;

export function toolAnswer(explained: ExplanationRows, reading: Reading, grid: boolean): ToolAnswer {
  const { model, image, warnings } = explained;
  const notes = [
    methodSentences[reading.method],
    model.probabilities === 'softmax'
      ? 'Probabilities compare these prompts with each other alone.'
      : 'Each prompt has its own probability.',
    layersAdvice(explained, reading),
    cropSentence(explained),
    scaleNote(model),
    ...warnings,
  ];
  return {
    model: { name: model.name, about: model.about },
    image: { path: image.path, width: image.width, height: image.height },
    method: reading.method,
    layers: {
      vision: layersPhrase(reading.layers, explained.vision, reading.method),
      text: layersPhrase(reading.textLayers, explained.text, reading.method),
    },
    prompts: explained.prompts.map((_, k) => promptAnswer(explained, reading, k, grid)),
    notes: notes.flatMap((note) => note || []),
  };
}

function promptAnswer(explained: ExplanationRows, reading: Reading, k: number, grid: boolean): ToolPrompt {
  const { text, probability, logit, words } = explained.prompts[k]!;
  const { map, words: shares } = reading.prompts[k]!;
  const [rows, columns] = explained.grid;
  const total = map.reduce((sum, value) => sum + Math.abs(value), 0);
  const order = [...map.keys()].sort((a, b) => Math.abs(map[b]!) - Math.abs(map[a]!));
  return {
    text,
    probability: short(probability),
    logit: short(logit),
    words: words.map((word, i) => ({ word, share: short(shares[i]!) })),
    strongestPatches: order
      .filter((at) => map[at] !== 0)
      .slice(0, strongest)
      .map((at) => {
        const [row, column] = [Math.floor(at / columns), at % columns];
        return { row, column, share: short(map[at]! / total), box: patchBox(explained, row, column) };
      }),
    ...(grid
      ? {
          relevance: Array.from({ length: rows }, (_, r) =>
            Array.from(map.subarray(r * columns, (r + 1) * columns), short),
          ),
        }
      : {}),
  };
}

/** The pixels of the original image that a patch covers, whole ones; what a preprocessor padded is outside the image and left out. */
export function patchBox({ image, grid }: Pick<Summary, 'image' | 'grid'>, row: number, column: number): Rect {
  const { x, y, width, height } = insideImage(patchRect(image.crop, grid, row, column), image);
  const [left, top] = [Math.round(x), Math.round(y)];
  return { x: left, y: top, width: Math.round(x + width) - left, height: Math.round(y + height) - top };
}

/** Four digits are what a language model can use. */
const short = (value: number): number => Number(value.toPrecision(4));
