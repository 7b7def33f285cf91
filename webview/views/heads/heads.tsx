import { useEffect, useRef } from 'preact/hooks';
import { ItemHeads } from './item-heads';
import { useHeads, useHeadsSource } from './source';
import { HeadsToolbar } from './toolbar';
import { useNeededLayers, useWanted } from './use-layer';

/**
 * What single heads do: all of a layer or of a stack small, the chosen one large, and where its rows lead. Two items that are compared stand side
 * by side. Needs a HeadsContext.
 */
export function Heads() {
  const section = useRef<HTMLElement>(null);
  const source = useHeadsSource();
  const near = useWanted(section);
  const count = useHeads(({ items }) => items.length);
  const missing = useHeads(({ items }) => items.some(({ statistics }) => statistics === undefined));
  useNeededLayers(near);
  useEffect(() => {
    if (near && missing) source.needStatistics();
  }, [source, near, missing]);
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
