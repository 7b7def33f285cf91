import { quoted } from '../../../../src/shared/quoted';
import type { IntegratedGradients } from '../../../../src/shared/text/explanation';
import { integratedSentence, saliencyNames } from '../../../../src/shared/text/wording';
import type { Fetched } from '../../../state/fetches';
import { Button } from '../../../ui/controls';
import { useTextController } from '../../state/use-text';
import type { SaliencyColumn, SaliencySubject } from './columns';
import { SequenceSaliency } from './sequence-saliency';

/** One item's numbers: of each method that is shown, the text shaded and its plot. */
export function ItemSaliency({
  item,
  subject,
  columns,
  below,
  compared,
}: {
  readonly item: number;
  readonly subject: SaliencySubject;
  readonly columns: readonly SaliencyColumn[];
  /** Pixels for the names below the plots. */
  readonly below: number;
  readonly compared: boolean;
}) {
  const { explained, integrated } = subject;
  const several = explained.sequences.length > 1;
  return (
    <div
      class={columns.length > 1 ? 'saliency-columns two' : 'saliency-columns'}
      role="group"
      aria-label={compared ? `Of ${quoted(explained.texts.join(' '), 30)} by ${explained.model.name}` : 'Of the text'}
    >
      {columns.map((column) => (
        <div key={column.kind} class="saliency-column">
          {columns.length > 1 && <h3>{saliencyNames[column.kind]}</h3>}
          {explained.sequences.map((sequence, s) => (
            <div key={s} class="saliency-sequence">
              {several && <p class="small quiet">{sequence.name}</p>}
              <SequenceSaliency item={item} sequence={s} subject={subject} column={column} below={below} />
            </div>
          ))}
        </div>
      ))}
      {columns[0]!.kind === 'ig' && <IntegratedFacts item={item} integrated={integrated} />}
    </div>
  );
}

function IntegratedFacts({
  item,
  integrated,
}: {
  readonly item: number;
  readonly integrated: Fetched<IntegratedGradients> | undefined;
}) {
  const controller = useTextController();
  if (integrated?.kind === 'here') return <p class="small">{integratedSentence(integrated.value)}</p>;
  if (integrated?.kind !== 'failed')
    return (
      <p class="small quiet" role="status">
        Computing integrated gradients…
      </p>
    );
  return (
    <p>
      <Button label="Compute integrated gradients again" onPress={() => controller.retryFetch('integrated', `${item}`)}>
        Try again
      </Button>
    </p>
  );
}
