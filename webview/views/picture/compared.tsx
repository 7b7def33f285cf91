import type { PanelImage } from '../../../src/shared/panel-protocol';
import { sizeText } from '../../../src/shared/format';
import { printable } from '../../../src/shared/width';
import { useApp, useController } from '../../state/use-app';
import { Single } from './single';

/** Two images under the same prompts, beside each other. One of them is the one that words, layers and heads speak of. */
export function Compared({ images }: { readonly images: readonly PanelImage[] }) {
  const controller = useController();
  const chosen = useApp(({ view }) => view!.image);
  return (
    <div class="compared">
      {images.map((image, i) => (
        <figure key={image.uri} class={i === chosen ? 'chosen' : undefined}>
          <figcaption>
            <button
              type="button"
              class="name-button"
              aria-pressed={i === chosen}
              onClick={() => i !== chosen && controller.look({ image: i, query: null })}
            >
              <bdi class="clamped">{printable(image.name)}</bdi>
            </button>
            <span class="quiet">{sizeText(image.explained.image)}</span>
          </figcaption>
          <Single image={image} index={i} />
        </figure>
      ))}
    </div>
  );
}
