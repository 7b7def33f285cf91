import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { clipped, printable } from '../../../../src/shared/width';
import { targetText } from '../../../../src/shared/text/wording';
import type { TextOutline } from '../../../../src/shared/text/explanation';
import { Dropdown } from '../../../ui/controls';
import { useTextController } from '../../state/use-text';

/** No target can be called so: names of outputs have letters. */
const other = '…';

/** The scalar that saliency and relevance explain: one that the model offers for this text, or any element of an output. */
export function TargetChooser({
  item,
  asked,
  explained,
}: {
  readonly item: number;
  /** null: the model's default. */
  readonly asked: string | null;
  readonly explained: TextOutline;
}) {
  const controller = useTextController();
  const [writing, setWriting] = useState(false);
  const { targets, target } = explained;
  const value = asked ?? targets[0]?.text ?? target.text;
  const options: Record<string, string> = Object.fromEntries(targets.map(({ text, label }) => [text, shown(label)]));
  options[value] ??= value === target.text ? shown(target.label) : shown(value);
  options[other] = 'another…';
  const ask = (text: string): void => {
    const before = controller.asked;
    if (before[item]?.target !== text)
      controller.ask(before.map((one, i) => (i === item ? { ...one, target: text } : one)));
  };
  return (
    <span class="target">
      <span class="quiet">target</span>
      {writing ? (
        <FreeTarget
          start={value}
          onDone={(text) => {
            setWriting(false);
            if (text) ask(text);
          }}
        />
      ) : (
        <Dropdown
          label={`Target: ${targetText(target)}`}
          value={value}
          options={options}
          onChange={(text) => (text === other ? setWriting(true) : ask(text))}
        />
      )}
    </span>
  );
}

/** A label has words of the text and names of the model in it. */
const shown = (label: string): string => clipped(printable(label.slice(0, 200)), 44);

function FreeTarget({ start, onDone }: { readonly start: string; readonly onDone: (text: string | null) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(start);
  const done = useRef(false);
  useLayoutEffect(() => field.current?.select(), []);
  const end = (said: string | null): void => {
    if (done.current) return;
    done.current = true;
    onDone(said?.trim() || null);
  };
  return (
    <input
      ref={field}
      class="target-field"
      type="text"
      value={text}
      maxLength={4000}
      spellcheck={false}
      aria-label="Target: NAME[i,…] or sum(NAME) of an output, class:2, masked:fox, next:fox"
      title="NAME[i,…] or sum(NAME) of an output; class:2, masked:fox, next:fox"
      onInput={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={() => end(null)}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === 'Enter') end(text);
        else if (event.key === 'Escape') end(null);
        else return;
        event.preventDefault();
      }}
    />
  );
}
