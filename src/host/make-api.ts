import { explanationJson } from '../explain/report/json';
import { textJson } from '../explain/report/text-json';
import type { AttentionLensApi } from './api';
import type { Ways } from './commands/ways';
import { checkedImage, checkedPrompts, explainImage } from './explain-image';
import { explainText, textRequest } from './explain-text';
import { LensError } from '../shared/errors';
import { sentenceOf } from './panels/failure';
import type { Room } from './room';

/** The API of other extensions, over the same parts as the commands. */
export const makeApi = (room: Room, { open, openText }: Ways): AttentionLensApi => ({
  version: 1,
  explain: (image, prompts, options) =>
    withKind(async () => {
      const { explained, reading } = await explainImage(room, image, prompts, options ?? {});
      return explanationJson(explained, reading);
    }),
  open: (image, prompts) =>
    withKind(() => open({ images: [checkedImage(image).toString()], prompts: checkedPrompts(prompts), model: null })),
  explainText: (text, options) =>
    withKind(async () => {
      const { explained, method, integrated } = await explainText(room, text, options ?? {});
      return textJson(explained, method, integrated);
    }),
  openText: (text, options) => withKind(async () => openText(textRequest(text, options ?? {}))),
});

/** Whatever rejects has a `kind`, also what should not have happened. */
async function withKind<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof LensError ? error : new LensError('internal', sentenceOf(error), { cause: error });
  }
}
