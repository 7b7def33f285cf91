import type { HeadQuantity } from '../../../src/shared/heads-data';
import { pairFilters } from '../../../src/shared/text/pairs';
import { Choice } from '../../ui/choice';
import { LayerStepper } from './layer-stepper';
import { useHeads, useHeadsSource, type HeadsState } from './source';
import { hasPair } from './units';
import { shownGroup } from './use-layer';

const quantities: Readonly<Record<HeadQuantity, string>> = {
  attention: 'attention',
  gradient: 'gradient',
  product: 'product',
};

const quantityHint =
  'Attention: how much each query takes from each key. Gradient: how the target answers to it. Product: attention times gradient, which relevance is made of.';

const unitNames = { tokens: 'tokens', words: 'words' } as const;

const unitHint =
  'Words: the mean over a word’s tokens as queries of the sum over a word’s tokens as keys; of gradients the mean of both.';

/** What of the heads is shown: group, layer, quantity, and how. */
export function HeadsToolbar() {
  const source = useHeadsSource();
  const pane = useHeads(({ pane }) => pane);
  const view = useHeads(({ view }) => view);
  const asked = useHeads(({ asked }) => asked);
  const group = useHeads(shownGroup);
  const across = pane === 'across';
  return (
    <div class="heads-toolbar">
      <h2>Heads</h2>
      <GroupChoice />
      {pane !== 'model' && <LayerStepper />}
      <span title={quantityHint}>
        <Choice
          label="Quantity"
          value={asked}
          options={quantities}
          onChange={(quantity) => source.lookHeads({ quantity })}
        />
      </span>
      {group.kind === 'patches' && !across && (
        <Choice
          label="Heads as"
          value={view.show}
          options={{ image: 'on the image', matrix: 'matrices' }}
          onChange={(show) => source.lookHeads({ show })}
        />
      )}
      {group.kind === 'tokens' && <TokenChoices />}
      {!across && (
        <button
          type="button"
          class="text-toggle heads-model-toggle"
          aria-pressed={pane === 'model'}
          onClick={() => source.lookHeads({ pane: pane === 'model' ? 'layer' : 'model' })}
        >
          all layers <span aria-hidden="true">▦</span>
        </button>
      )}
    </div>
  );
}

/** Towers, or stacks and cross-attention; of an image also words ↔ patches, which is a view of its first tower. */
function GroupChoice() {
  const source = useHeadsSource();
  const groups = useHeads(({ groups }) => groups);
  const chosen = useHeads(({ cursor }) => cursor.group);
  const pane = useHeads(({ pane }) => pane);
  if (groups.length < 2) return null;
  const options: Record<string, string> = Object.fromEntries(groups.map(({ label }, i) => [`${i}`, label]));
  if (source.image) options.across = 'words ↔ patches';
  return (
    <Choice
      label={source.image ? 'Tower' : 'Attention'}
      value={pane === 'across' ? 'across' : `${chosen}`}
      options={options}
      onChange={(to) => {
        if (to === 'across') {
          source.look({ group: 0 });
          source.lookHeads({ pane: 'across' });
        } else {
          if (pane === 'across') source.lookHeads({ pane: 'layer' });
          source.look({ group: Number(to) });
        }
      }}
    />
  );
}

/** What stands along the axes of texts. */
function TokenChoices() {
  const source = useHeadsSource();
  const { units, special, pair } = useHeads(({ view }) => view);
  const words = useHeads(wordsKnown);
  const pairs = useHeads(({ items }) => items.some(({ sides }) => sides !== null && hasPair(sides)));
  return (
    <>
      {words && (
        <span title={unitHint}>
          <Choice
            label="Tokens or words"
            value={units}
            options={unitNames}
            onChange={(units) => source.lookHeads({ units })}
          />
        </span>
      )}
      {pairs && (
        <span title="A is the first text, B the second; which attends which.">
          <Choice
            label="Sentence pair"
            value={pair}
            options={pairFilters}
            onChange={(pair) => source.lookHeads({ pair })}
          />
        </span>
      )}
      <button
        type="button"
        class="text-toggle"
        aria-pressed={special}
        onClick={() => source.lookHeads({ special: !special })}
      >
        special tokens
      </button>
    </>
  );
}

/** Whether any word has several tokens: else words are tokens. */
const wordsKnown = ({ items }: HeadsState): boolean =>
  items.some(({ sides }) =>
    [sides?.query, sides?.key].some((side) =>
      side?.tokens?.some(({ word }, i) => word >= 0 && side.tokens![i - 1]?.word === word),
    ),
  );
