import { useRef } from 'preact/hooks';
import { ItemHeads } from './item-heads';
import { useHeads } from './source';
import { HeadsToolbar } from './toolbar';
import { useNeededLayer, useNextNeeded, useWanted } from './use-layer';

/**
 * What single heads do: all of a layer or of a stack small, the chosen one large, and where its rows lead. Two items that are compared stand side
 * by side. Needs a HeadsContext.
 */
export function Heads() {
  const section = useRef<HTMLElement>(null);
  const near = useWanted(section);
  const count = useHeads(({ items }) => items.length);
  useNeededLayer(near);
  useNextNeeded(near);
  return (
    <section class="heads" aria-label="Heads" ref={section}>
      <HeadsToolbar />
      <div class={count > 1 ? 'heads-items compared' : 'heads-items'}>
        {Array.from({ length: count }, (_, item) => (
          <ItemHeads key={item} item={item} near={near} />
        ))}
      </div>
    </section>
  );
}
