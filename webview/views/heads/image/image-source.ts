import { layerCount } from '../../../../src/shared/layers';
import { headKey, statisticsKey, thumbnailsKey, type Controller } from '../../../state/controller';
import { needsGradient } from '../../../state/head-fetches';
import { shownImage } from '../../../state/selectors';
import type { HeadsSource } from '../source';
import { layerFetch, towers } from './image-layer';
import { imageParts } from './image-parts';
import { ImageHeadsState } from './image-state';

/** The heads section of the image panel. */
export function imageHeads(controller: Controller): HeadsSource {
  const { store } = controller;
  const heads = new ImageHeadsState();
  const view = () => store.get().view!;
  const needLayer = (layer: number): void => {
    const state = store.get();
    const { image, tower, prompt, heads } = view();
    if (layer >= layerCount(shownImage(state)!.explained[tower])) return;
    const gradient = needsGradient(heads.quantity);
    // Not where another answer serves. One that is here is asked for too, so that it is forgotten last.
    if (state.heads.has(headKey(image, tower, layer, prompt, gradient)) || !layerFetch(state, heads.quantity, layer))
      controller.needHeads(tower, layer, prompt, gradient);
  };
  return {
    get: () => heads.read(store.get()),
    subscribe: (listener) => store.subscribe(listener),
    look: ({ group, layer, head }) =>
      controller.look({
        ...(group === undefined ? {} : { tower: towers[group]! }),
        ...(layer === undefined ? {} : { layer }),
        ...(head === undefined ? {} : { head }),
      }),
    lookHeads: (patch) => controller.lookHeads(patch),
    hover: (_, hover) => controller.hover(hover),
    choose: (_, chosen) => {
      const { tower, layer } = view();
      if (tower === 'text' || layer >= shownImage(store.get())!.explained.vision.layers) return;
      if (!chosen) return controller.look({ query: null });
      // The framed one again: back to the row that is read out.
      const framed = heads.read(store.get()).items[0]!.framed.query;
      if (chosen.side === 'query') controller.look({ query: chosen.token === framed ? null : chosen.token });
    },
    needLayer,
    needWhole: needLayer,
    needThumbnails: () => controller.needThumbnails(view().tower, view().prompt, view().heads.quantity),
    needStatistics: () => controller.needStatistics(),
    retry: (what) => {
      const { image, tower, layer, prompt, heads } = view();
      if (what === 'layer')
        controller.retryFetch('heads', headKey(image, tower, layer, prompt, needsGradient(heads.quantity)));
      else if (what === 'statistics') controller.retryFetch('statistics', statisticsKey(image));
      else controller.retryFetch('thumbnails', thumbnailsKey(image, tower, prompt, heads.quantity));
    },
    save: (name, text) => controller.save(name, text),
    image: imageParts(store),
  };
}
