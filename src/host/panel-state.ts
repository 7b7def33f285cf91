import type { Explanation } from '../shared/explanation';
import { duration, sizeText } from '../shared/format';
import type { RgbImage } from '../shared/paint';
import type { PanelState } from '../shared/panel-protocol';
import { read } from '../shared/reading';
import { shrunk } from '../shared/shrink';
import { cropSentence, layersSentence, methodSentences, scaleNote } from '../shared/wording';

/** Longer side of the photo that goes to the panel: what a screen shows. */
const longestSide = 1600;

/** What the panel shows of an explanation: relevance, in the layers that the model recommends. */
export function panelState(title: string, explanation: Explanation, original: RgbImage): PanelState {
  const reading = read(explanation, { method: 'relevance' });
  const { image: photo, factor } = shrunk(original, longestSide);
  const { x, y, width, height } = explanation.image.crop;
  const { model, image, warnings, timings } = explanation;
  const notes = [
    methodSentences[reading.method],
    layersSentence(explanation, reading),
    model.about,
    cropSentence(explanation),
    scaleNote(model),
    ...warnings,
  ];
  return {
    title,
    details: [`${sizeText(image)} · crop ${sizeText(image.crop)}`, `${model.name} · ${duration(timings.total)}`],
    photo,
    crop: { x: x * factor, y: y * factor, width: width * factor, height: height * factor },
    grid: explanation.grid,
    prompts: explanation.prompts.map(({ text, logit, probability, words }, k) => ({
      text,
      logit,
      probability,
      map: reading.prompts[k]!.map,
      words: words.map((word, i) => ({ text: word, share: reading.prompts[k]!.words[i]! })),
    })),
    notes: notes.flatMap((note) => note || []),
  };
}
