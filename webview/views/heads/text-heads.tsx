import { useMemo } from 'preact/hooks';
import { headColour } from '../../../src/shared/colour/head-colours';
import { combinedHeads, headMatrix } from '../../../src/shared/head-matrix';
import type { Hover } from '../../state/app-state';
import { layerName, type ShownLayer } from '../../state/heads-selectors';
import { useApp, useController } from '../../state/use-app';
import type { HeadsView } from '../../state/view';
import { Choice } from '../../ui/choice';
import { useGround } from '../../ui/use-ground';
import { activeOf } from './active-heads';
import { HeadTiles } from './head-tiles';
import { HeadView, type LitTokens } from './head-view';

const combinations: Readonly<Record<HeadsView['combine'], string>> = { heads: 'each head', mean: 'mean', max: 'max' };

/** The head view of the text tower's chosen layer. */
export function TextHeads({ layer }: { readonly layer: ShownLayer }) {
  const controller = useController();
  const ground = useGround();
  const view = useApp(({ view }) => view!);
  const hover = useApp(({ hover }) => hover);
  const { heads, tensors, tower, explained, prompt } = layer;
  const { combine, special } = view.heads;
  const chosen = Math.min(view.head, heads - 1);
  const active = useMemo(() => activeOf(view.heads.active, chosen, heads), [view.heads.active, chosen, heads]);
  const each = useMemo(() => Array.from({ length: heads }, (_, h) => headMatrix(tensors, 'attention', h)), [tensors, heads]); // prettier-ignore
  const colours = useMemo(() => Array.from({ length: heads }, (_, h) => headColour(h, heads, ground)), [heads, ground]);
  // Taken together the active heads are one more, in the colour of none.
  const together = useMemo(
    () =>
      combine === 'heads'
        ? null
        : [
            combinedHeads(
              active.map((h) => each[h]!),
              combine,
            ),
          ],
    [combine, active, each],
  );
  const lit = useMemo(() => litTokens(hover, explained.prompts[prompt]?.tokens ?? []), [hover, explained, prompt]);
  const activate = (next: readonly number[]): void => {
    // One head alone is the cursor's: every other view shows it too, and the head view follows it.
    if (next.length === 1) controller.look({ head: next[0]!, heads: { ...view.heads, active: null } });
    else controller.lookHeads({ active: next });
  };
  return (
    <section class="text-heads" aria-label="Head view">
      <h2>Head view</h2>
      <HeadTiles heads={heads} active={active} colours={colours} onActive={activate} />
      <div class="heads-options small">
        <span class="quiet">lines</span>
        <Choice
          label="Lines"
          value={combine}
          options={combinations}
          onChange={(combine) => controller.lookHeads({ combine })}
        />
        <button
          type="button"
          class="text-toggle"
          aria-pressed={special}
          onClick={() => controller.lookHeads({ special: !special })}
        >
          special tokens
        </button>
        {view.heads.quantity !== 'attention' && <span class="quiet">lines show attention</span>}
      </div>
      <HeadView
        name={`head view of ${layerName(explained, tower, layer.layer)}`}
        heads={together ?? each}
        left={layer.tokens!}
        right={layer.tokens!}
        active={together ? first : active}
        colours={together ? oneColour[ground] : colours}
        special={special}
        lit={lit}
        onLight={(side, token) => controller.hover(token === null ? null : { kind: 'token', token, side })}
      />
    </section>
  );
}

const first = [0];
const oneColour = { dark: ['#d0d0d0'], light: ['#404040'] } as const;

/** A token is lit as itself; a cell by its query; a word by its tokens. */
function litTokens(hover: Hover | null, tokens: readonly { readonly word: number }[]): LitTokens | null {
  switch (hover?.kind) {
    case 'token':
      return { side: hover.side ?? 'query', tokens: [hover.token] };
    case 'cell':
      return { side: 'query', tokens: [hover.query] };
    case 'word': {
      const own = tokens.flatMap(({ word }, i) => (word === hover.word ? [i] : []));
      return own.length > 0 ? { side: 'query', tokens: own } : null;
    }
    default:
      return null;
  }
}
