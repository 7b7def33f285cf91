import { useState } from 'preact/hooks';
import { cutText } from '../../../../src/shared/text/wording';
import type { TextAsk, TextItem } from '../../../../src/shared/text/panel-protocol';
import { Checkbox } from '../../../ui/controls';
import { CloseIcon } from '../../../ui/icons';
import { useText, useTextController } from '../../state/use-text';
import { TargetChooser } from './target-chooser';
import { TextField } from './text-field';

/** One item's text or pair, where it comes from, how much of it is read, and what is asked of it. */
export function Ask({
  index,
  ask,
  item,
  compared,
}: {
  readonly index: number;
  readonly ask: TextAsk;
  /** undefined: it is not explained yet. */
  readonly item: TextItem | undefined;
  readonly compared: boolean;
}) {
  const controller = useTextController();
  const live = useText(({ view }) => view?.live ?? false);
  const [adding, setAdding] = useState(false);
  const explained = item?.explained;
  const decodes = explained?.sequences.some(({ name }) => name === 'decoder') ?? false;
  const second = decodes ? 'what the decoder has said' : 'second text';
  const number = compared ? `${index === 0 ? 'First' : 'Second'} item: ` : '';
  const pairs = (explained?.model.pairs ?? false) && ask.pair === null && !adding;
  return (
    <div class="ask" role="group" aria-label={`${number}text and target`}>
      <div class="ask-field">
        <TextField
          item={index}
          which="text"
          current={ask.text}
          label={`${number}text`}
          placeholder="Write a text"
          focused={compared && index === 1 && item === undefined}
        />
        {compared && (
          <button
            type="button"
            class="flat"
            aria-label={`Leave the ${index === 0 ? 'first' : 'second'} one out`}
            title="Leave it out of the comparison"
            onClick={() => leaveOut(index)}
          >
            <CloseIcon />
          </button>
        )}
      </div>
      {(ask.pair !== null || adding) && (
        <div class="ask-field">
          <TextField
            item={index}
            which="pair"
            current={ask.pair ?? ''}
            label={`${number}${second}`}
            placeholder={`Write the ${second}`}
            focused={adding}
            onLeft={() => setAdding(false)}
          />
        </div>
      )}
      <div class="ask-line small">
        {item?.place != null && (
          <button
            type="button"
            class="link"
            title="Show the text in its document"
            onClick={() => controller.act('reveal-source')}
          >
            <bdi>{item.place}</bdi>
          </button>
        )}
        {explained && <Facts item={item} compared={compared} />}
        {explained && <TargetChooser item={index} asked={ask.target} explained={explained} />}
        {pairs && (
          <button type="button" class="link" onClick={() => setAdding(true)}>
            add {second}
          </button>
        )}
        {!compared && explained && (
          <span class="compare-with">
            <span class="quiet">compare with</span>
            <button type="button" class="link" onClick={() => controller.ask([ask, ask])}>
              another text
            </button>
            <button type="button" class="link" onClick={() => controller.act('compare-model')}>
              another model
            </button>
          </span>
        )}
        {index === 0 && explained && (
          <Checkbox label="live" checked={live} onChange={(live) => controller.look({ live })} />
        )}
      </div>
    </div>
  );

  function leaveOut(out: number): void {
    if (out === 1) controller.act('stop-comparing');
    else controller.ask(controller.asked.slice(1));
  }
}

function Facts({ item, compared }: { readonly item: TextItem; readonly compared: boolean }) {
  const { sequences, model } = item.explained;
  const count = sequences.map(({ tokens }) => tokens.length).join(' + ');
  const cuts = sequences.flatMap((sequence) => cutText(sequence) ?? []);
  return (
    <>
      <span class="quiet">
        {count} {count === '1' ? 'token' : 'tokens'}
      </span>
      {cuts.map((cut) => (
        <span key={cut} class="cut">
          {cut}
        </span>
      ))}
      {compared && (
        <bdi class="quiet" title={model.path}>
          {model.name}
        </bdi>
      )}
    </>
  );
}
