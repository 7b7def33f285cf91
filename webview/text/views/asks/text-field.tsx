import { useLayoutEffect, useRef } from 'preact/hooks';
import { textDirection } from '../../../../src/shared/text/direction';
import { useWidth } from '../../../ui/use-width';
import { useTextDraft } from './use-text-draft';

/** A text where it stands, to be written in: one or two lines, and all of it while it has the focus. */
export function TextField({
  item,
  which,
  current,
  label,
  placeholder,
  focused = false,
  onLeft,
}: {
  readonly item: number;
  readonly which: 'text' | 'pair';
  readonly current: string;
  readonly label: string;
  readonly placeholder: string;
  /** Takes the focus as soon as it is there. */
  readonly focused?: boolean;
  readonly onLeft?: () => void;
}) {
  const draft = useTextDraft(item, which, current);
  const field = useRef<HTMLTextAreaElement>(null);
  const width = useWidth(field);
  /** A field that Escape leaves has nothing more to say. */
  const left = useRef(false);
  useLayoutEffect(() => {
    if (focused) field.current?.focus();
  }, [focused]);
  useLayoutEffect(() => {
    const { current: element } = field;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [draft.text, width]);
  return (
    <textarea
      ref={field}
      class="text-field"
      rows={1}
      dir={textDirection(draft.text)}
      value={draft.text}
      aria-label={label}
      placeholder={placeholder}
      spellcheck={false}
      autocomplete="off"
      title="Enter explains, Shift+Enter begins a line, Escape goes back"
      data-text-field={item}
      onInput={({ currentTarget }) => draft.type(currentTarget.value)}
      onFocus={() => (left.current = false)}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === 'Enter' && !event.shiftKey) {
          draft.commit();
          // A second text that was emptied goes away, and the field with it.
          if (draft.text.trim() === '') onLeft?.();
        } else if (event.key === 'Escape') {
          left.current = true;
          draft.undo();
          field.current?.blur();
        } else return;
        event.preventDefault();
      }}
      onBlur={() => {
        if (!left.current) draft.commit();
        if (field.current) field.current.scrollTop = 0;
        onLeft?.();
      }}
    />
  );
}
