import { useEffect, useMemo } from 'preact/hooks';
import { saliencyNames, saliencySentences } from '../../../../src/shared/text/wording';
import { defaultToken, shownItems, shownToken, unitsOf } from '../../state/text-selectors';
import type { SaliencyKind } from '../../state/text-view';
import { useText, useTextController } from '../../state/use-text';
import { Choice } from '../../../ui/choice';
import { nameRoom } from '../token-plot';
import { columnsOf, saliencyColumn, type SaliencySubject } from './columns';
import { ItemSaliency } from './item-saliency';
import { RelevanceChoices } from './relevance-choices';
import { TokenTable } from './token-table';

const names: Readonly<Record<SaliencyKind, string>> = {
  mean: saliencyNames.mean,
  l2: saliencyNames.l2,
  'grad-x-input': saliencyNames['grad-x-input'],
  ig: saliencyNames.ig,
  relevance: saliencyNames.relevance,
};

/** While one types, integrated gradients of every letter would be computed for nobody. */
const pauseMs = 150;

/** What of the text the target depends on, token by token, by one of several methods. */
export function SaliencySection() {
  const controller = useTextController();
  const items = useText(shownItems);
  const { method, plot, layers } = useText(({ view }) => view!.saliency);
  const heads = useText(({ view }) => view!.heads);
  const integrated = useText((state) => state.integrated);
  const averages = useText((state) => state.averages);
  // Only relevance is read from a token: other methods are not computed anew when another one is chosen.
  const read = useText(({ view }) => (view!.saliency.method === 'relevance' ? view! : null));
  const readOuts = items.map(({ explained }, i) =>
    read?.saliency.readOut === 'chosen' ? shownToken(read, items, i) : defaultToken(explained, i),
  );
  const readKey = readOuts.map(({ sequence, token }) => `${sequence} ${token}`).join();
  const subjects = useMemo(
    () =>
      items.map(({ explained }, i): SaliencySubject => ({
        explained,
        units: explained.sequences.map((sequence) => unitsOf(sequence, heads)),
        integrated: method === 'ig' ? integrated.get(`${i}`) : undefined,
        averages: method === 'relevance' ? averages.get(`${i}`) : undefined,
        readOut: readOuts[i]!,
      })),
    [
      items,
      heads.units,
      heads.special,
      method,
      method === 'ig' && integrated,
      method === 'relevance' && averages,
      readKey,
    ],
  );
  const columns = useMemo(
    () => columnsOf(method).map((kind) => saliencyColumn(kind, subjects, layers)),
    [method, subjects, layers],
  );
  const below = useMemo(() => nameRoom(subjects.flatMap(({ units }) => units.map(({ axis }) => axis))), [subjects]);
  const missing = method === 'ig' && items.some((_, i) => !integrated.has(`${i}`));
  useEffect(() => {
    if (!missing) return;
    const wait = setTimeout(() => items.forEach((_, i) => controller.needIntegrated(i)), pauseMs);
    return () => clearTimeout(wait);
  }, [controller, missing, items]);
  useEffect(() => {
    if (method === 'relevance') items.forEach((_, i) => controller.needAverages(i));
  }, [controller, method, items]);
  return (
    <section class="saliency" aria-labelledby="saliency-title">
      <div class="section-head">
        <h2 id="saliency-title">Saliency</h2>
        <Choice
          label="Method"
          value={method}
          options={names}
          onChange={(method) => controller.lookSaliency({ method })}
        />
      </div>
      <div class={items.length > 1 ? 'beside' : undefined}>
        {subjects.map((subject, i) => (
          <ItemSaliency
            key={i}
            item={i}
            subject={subject}
            columns={columns}
            below={below}
            compared={items.length > 1}
          />
        ))}
      </div>
      {method === 'relevance' && <RelevanceChoices readOut={readOuts[0]!} />}
      <p class="quiet small">{saliencySentences[method]}</p>
      <div class="section-foot small">
        <Choice
          label="Plot"
          value={plot}
          options={{ line: 'line', bars: 'bars' }}
          onChange={(plot) => controller.lookSaliency({ plot })}
        />
        <Choice
          label="Units"
          value={heads.units}
          options={{ tokens: 'tokens', words: 'words' }}
          onChange={(units) => controller.lookHeads({ units })}
        />
        <button
          type="button"
          class="text-toggle"
          aria-pressed={heads.special}
          onClick={() => controller.lookHeads({ special: !heads.special })}
        >
          special tokens
        </button>
        <TokenTable columns={columns} subjects={subjects} />
      </div>
    </section>
  );
}
