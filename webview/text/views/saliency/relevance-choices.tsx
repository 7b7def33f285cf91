import { quoted } from '../../../../src/shared/quoted';
import { layersPhrase } from '../../../../src/shared/wording';
import { Choice } from '../../../ui/choice';
import { LayerRangeSlider } from '../../../views/layers/range-slider';
import { defaultToken, shownItems } from '../../state/text-selectors';
import { sharedLayers, type TokenPlace } from '../../state/text-view';
import { useText, useTextController } from '../../state/use-text';

/** Which layers relevance and rollout are carried through, and whose row of them is read. */
export function RelevanceChoices({ readOut }: { readonly readOut: TokenPlace }) {
  const controller = useTextController();
  const items = useText(shownItems);
  const { layers, readOut: which } = useText(({ view }) => view!.saliency);
  const count = sharedLayers(items);
  const nameOf = ({ sequence, token }: TokenPlace): string =>
    items[0]!.explained.sequences[sequence]?.tokens[token]?.text ?? '';
  return (
    <div class="relevance-choices">
      <div class="tower-line">
        <span class="quiet">layers</span>
        <span class="said">{layersPhrase(layers, { layers: count, pooling: null })}</span>
        <span class="quiet">read at</span>
        <Choice
          label="Token whose row is read"
          value={which}
          options={{
            default: nameOf(defaultToken(items[0]!.explained, 0)),
            chosen: which === 'chosen' ? `the chosen token, ${quoted(nameOf(readOut), 16)}` : 'the chosen token',
          }}
          onChange={(readOut) => controller.lookSaliency({ readOut })}
        />
      </div>
      <LayerRangeSlider
        count={count}
        range={layers}
        single={false}
        label="model"
        nameOf={String}
        describe={(layer) => `layer ${layer}`}
        onChange={(layers) => controller.lookSaliency({ layers })}
        onLook={() => undefined}
      />
    </div>
  );
}
