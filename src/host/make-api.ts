import { explanationJson } from '../explain/report/json';
import type { AttentionLensApi } from './api';
import type { Ways } from './commands/ways';
import { checkedImage, checkedPrompts, explainImage } from './explain-image';
import type { Room } from './room';

/** The API of other extensions, over the same parts as the commands. */
export const makeApi = (room: Room, { open }: Ways): AttentionLensApi => ({
  version: 1,
  async explain(image, prompts, options = {}) {
    const { explained, reading } = await explainImage(room, image, prompts, options);
    return explanationJson(explained, reading);
  },
  async open(image, prompts) {
    await open({ images: [checkedImage(image).toString()], prompts: checkedPrompts(prompts), model: null });
  },
});
