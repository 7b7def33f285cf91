import type { Tower } from '../../../src/shared/explanation';
import type { HeadQuantity } from '../../../src/shared/heads-data';
import { Choice } from '../../ui/choice';
import { useApp, useController } from '../../state/use-app';
import { shownPane } from '../../state/heads-selectors';
import { LayerStepper } from './layer-stepper';

const quantities: Readonly<Record<HeadQuantity, string>> = {
  attention: 'attention',
  gradient: 'gradient',
  product: 'product',
};

const quantityHint =
  'Attention: how much each query takes from each key. Gradient: how the prompt’s score answers to it. Product: attention times gradient, which relevance is made of.';

/** What of the heads is shown: tower, layer, quantity, and how. */
export function HeadsToolbar() {
  const controller = useController();
  const tower = useApp(({ view }) => view!.tower);
  const pane = useApp(({ view }) => shownPane(view!));
  const quantity = useApp(({ view }) => view!.heads.quantity);
  const show = useApp(({ view }) => view!.heads.show);
  const across = pane === 'across';
  const choose = (to: Tower | 'across') =>
    to === 'across'
      ? controller.look({ tower: 'vision', ...headsWith('across') })
      : controller.look({ tower: to, ...headsWith(pane === 'model' ? 'model' : 'layer') });
  const headsWith = (next: 'layer' | 'model' | 'across') => ({
    heads: { ...controller.store.get().view!.heads, pane: next },
  });
  return (
    <div class="heads-toolbar">
      <h2>Heads</h2>
      <Choice
        label="Tower"
        value={across ? 'across' : tower}
        options={{ vision: 'vision', text: 'text', across: 'words ↔ patches' }}
        onChange={choose}
      />
      {pane !== 'model' && <LayerStepper />}
      <span title={quantityHint}>
        <Choice
          label="Quantity"
          value={quantity}
          options={quantities}
          onChange={(quantity) => controller.lookHeads({ quantity })}
        />
      </span>
      {tower === 'vision' && !across && (
        <Choice
          label="Heads as"
          value={show}
          options={{ image: 'on the image', matrix: 'matrices' }}
          onChange={(show) => controller.lookHeads({ show })}
        />
      )}
      {!across && (
        <button
          type="button"
          class="text-toggle heads-model-toggle"
          aria-pressed={pane === 'model'}
          onClick={() => controller.lookHeads({ pane: pane === 'model' ? 'layer' : 'model' })}
        >
          all layers <span aria-hidden="true">▦</span>
        </button>
      )}
    </div>
  );
}
