import type { PromptExplanation } from '../../../src/shared/explanation';
import { logitText, percent } from '../../../src/shared/format';
import { quoted } from '../../../src/shared/quoted';
import { printable } from '../../../src/shared/width';
import { truncationNote } from '../../../src/shared/wording';
import { CloseIcon, EditIcon } from '../../ui/icons';
import { PromptField } from './prompt-field';

/** A row of the table, once for each image that is compared. */
export interface Row {
  readonly text: string;
  /** In the list of prompts as it was given. */
  readonly place: number;
  /** Index among the explained prompts; null: it is asked for, and not explained yet. */
  readonly prompt: number | null;
  readonly answers: readonly (PromptExplanation | null)[];
}

/** The text that is being written in a row's place. */
export interface Writing {
  readonly text: string;
  readonly problem: string | null;
  readonly onText: (text: string) => void;
  readonly onCommit: () => void;
  readonly onUndo: () => void;
  readonly onLeave: () => void;
}

/** Numbers keep the width of the widest, "> 99.9 %", so that nothing moves when they change. */
export function PromptRow({
  row,
  chosen,
  only,
  writing,
  concepts,
  onChoose,
  onEdit,
  onRemove,
}: {
  readonly row: Row;
  readonly chosen: boolean;
  /** The last one stays. */
  readonly only: boolean;
  readonly writing: Writing | null;
  readonly concepts: readonly string[];
  readonly onChoose: () => void;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}) {
  const { text, prompt, place, answers } = row;
  const truncatedTo = answers[0]?.truncatedTo ?? null;
  return (
    <tr
      class={chosen ? 'prompt-row chosen' : 'prompt-row'}
      onClick={(event) => {
        if ((event.target as Element).closest('button, input, .prompt-field')) return;
        onChoose();
        // So that F2 and Delete mean this row.
        event.currentTarget.querySelector<HTMLInputElement>('input[type=radio]')?.focus();
      }}
      onDblClick={(event) => {
        if (!(event.target as Element).closest('button, .prompt-field')) onEdit();
      }}
      onKeyDown={(event) => {
        if (!(event.target as Element).matches('input[type=radio]') || event.altKey || event.ctrlKey || event.metaKey)
          return;
        if (event.key === 'F2' || event.key === 'Enter') onEdit();
        else if (event.key === 'Delete' || event.key === 'Backspace') onRemove();
        else return;
        event.preventDefault();
      }}
    >
      <th scope="row">
        {writing ? (
          <PromptField {...writing} label={`Prompt ${place}`} concepts={concepts} focused />
        ) : (
          <label>
            <input
              type="radio"
              class="away"
              name="target"
              checked={chosen}
              disabled={prompt === null}
              data-prompt={prompt ?? undefined}
              data-place={place}
              onChange={onChoose}
            />
            <bdi class="prompt-text" title={text.length > 60 ? text.slice(0, 2000) : undefined}>
              {printable(text)}
            </bdi>
            {truncatedTo !== null && <span class="small quiet">{truncationNote(truncatedTo)}</span>}
          </label>
        )}
      </th>
      {answers.map((answer, i) => (
        <Numbers key={i} answer={answer} alone={answers.length === 1} />
      ))}
      <td class="prompt-tools">
        <button
          type="button"
          class="flat"
          tabIndex={-1}
          aria-label={`Edit ${quoted(text)}`}
          title="Edit (F2)"
          onClick={onEdit}
        >
          <EditIcon />
        </button>
        <button
          type="button"
          class="flat"
          tabIndex={-1}
          disabled={only}
          aria-label={`Remove ${quoted(text)}`}
          title={only ? 'The last prompt stays' : 'Remove (Delete)'}
          onClick={onRemove}
        >
          <CloseIcon />
        </button>
      </td>
    </tr>
  );
}

/** Compared images have their probabilities alone: two logits of each prompt would not fit, and say the same. */
function Numbers({ answer, alone }: { readonly answer: PromptExplanation | null; readonly alone: boolean }) {
  const probability = answer?.probability ?? NaN;
  const share = Math.min(1, Math.max(0, probability || 0));
  const said = answer ? percent(probability) : '…';
  return (
    <>
      {alone && (
        <td class="number logit">
          <Fresh text={answer ? logitText(answer.logit) : '…'} />
        </td>
      )}
      <td class="probability">
        <span class="number percent">
          <Fresh text={said} />
        </span>
        <span class="share-bar" aria-hidden="true">
          <span class={share > 0 ? 'share-fill' : 'share-fill none'} style={{ width: `${100 * share}%` }} />
        </span>
      </td>
    </>
  );
}

/** Another number comes in softly. */
const Fresh = ({ text }: { readonly text: string }) => (
  <span key={text} class="fresh">
    {text}
  </span>
);
