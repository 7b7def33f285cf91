import { useMemo } from 'preact/hooks';
import { headColour } from '../../../src/shared/colour/head-colours';
import type { HeadsView } from '../../state/heads-view';
import { Choice } from '../../ui/choice';
import { useGround } from '../../ui/use-ground';
import { activeOf } from './active-heads';
import { HeadTiles } from './head-tiles';
import { HeadView, type LitTokens } from './head-view';
import { useHeads, useHeadsSource, type ShownLayer } from './source';
import { framedUnits, litUnits, shownCombination, shownHead, tokensAt, type LayerUnits } from './units';

const combinations: Readonly<Record<HeadsView['combine'], string>> = { heads: 'each head', mean: 'mean', max: 'max' };
const layouts: Readonly<Record<HeadsView['layout'], string>> = { vertical: 'columns', horizontal: 'rows' };

/** The head view of the chosen layer: tokens joined by attention. */
export function TokenHeads({
  item,
  layer,
  units,
}: {
  readonly item: number;
  readonly layer: ShownLayer;
  readonly units: LayerUnits;
}) {
  const source = useHeadsSource();
  const ground = useGround();
  const view = useHeads(({ view }) => view);
  const head = useHeads(({ cursor }) => cursor.head);
  const hover = useHeads(({ items }) => items[item]?.hover ?? null);
  const framed = useHeads(({ items }) => items[item]!.framed);
  const several = useHeads(({ items }) => items.length > 1);
  const { heads } = layer;
  const { combine } = view;
  const chosen = Math.min(head, heads - 1);
  const active = useMemo(() => activeOf(view.active, chosen, heads), [view.active, chosen, heads]);
  const colours = useMemo(() => Array.from({ length: heads }, (_, h) => headColour(h, heads, ground)), [heads, ground]);
  // Merged matrices of heads that are not drawn are not made.
  const each = useMemo(
    () => Array.from({ length: heads }, (_, h) => (active.includes(h) ? shownHead(layer, 'attention', h, units) : null)), // prettier-ignore
    [layer, heads, units, active],
  );
  // Taken together the active heads are one more, in the colour of none.
  const together = useMemo(
    () => (combine === 'heads' ? null : [shownCombination(layer, 'attention', active, combine, units)]),
    [combine, layer, active, units],
  );
  const lit = useMemo((): LitTokens | null => {
    const { queries, keys } = litUnits(hover, layer, units);
    if (queries.length > 0) return { side: 'query', tokens: queries };
    return keys.length > 0 ? { side: 'key', tokens: keys } : null;
  }, [hover, layer, units]);
  const frame = useMemo(() => framedUnits(framed, units), [framed, units]);
  const activate = (next: readonly number[]): void => {
    // One head alone is the cursor's: every other view shows it too, and the head view follows it.
    source.lookHeads({ active: next.length === 1 ? null : next });
    if (next.length === 1) source.look({ head: next[0]! });
  };
  const name = `head view of ${layer.name}`;
  return (
    <section class="token-heads" aria-label="Head view">
      <h2>Head view</h2>
      <HeadTiles heads={heads} active={active} colours={colours} onActive={activate} />
      <div class="heads-options small">
        <span class="option">
          <span class="quiet">lines</span>
          <Choice
            label="Lines"
            value={combine}
            options={combinations}
            onChange={(combine) => source.lookHeads({ combine })}
          />
        </span>
        <span class="option">
          <span class="quiet">{view.units} in</span>
          <Choice
            label="Layout of the head view"
            value={view.layout}
            options={layouts}
            onChange={(layout) => source.lookHeads({ layout })}
          />
        </span>
        {view.quantity !== 'attention' && <span class="quiet">lines show attention</span>}
      </div>
      <HeadView
        name={several ? `${name}, ${item === 0 ? 'first' : 'second'}` : name}
        layout={view.layout}
        heads={together ?? each}
        left={units.query.labels}
        right={units.key.labels}
        active={together ? first : active}
        colours={together ? oneColour[ground] : colours}
        lit={lit}
        chosen={frame}
        onLight={(side, unit) =>
          source.hover(item, unit === null ? null : { kind: 'tokens', side, tokens: tokensAt(units, side, unit) })
        }
        onChoose={(side, unit) => source.choose(item, { side, token: tokensAt(units, side, unit)[0]! })}
      />
    </section>
  );
}

const first = [0];
const oneColour = { dark: ['#d0d0d0'], light: ['#404040'] } as const;
