import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { completions } from '../../../src/shared/prompts/completions';
import { lastPhrase, sameness, withLastPhrase } from '../../../src/shared/prompts/parse';

const shownNames = 8;
/** More than any prompt may have, so that the sentence about it can be said. */
const mostLetters = 20_000;

/**
 * A prompt being written, with the names that the model knows below it. The browser's own field: the toolkit's hides its input in a shadow,
 * where a list outside cannot be announced.
 */
export function PromptField({
  label,
  text,
  placeholder,
  problem,
  concepts,
  focused = false,
  onText,
  onCommit,
  onUndo,
  onLeave,
}: {
  readonly label: string;
  readonly text: string;
  readonly placeholder?: string;
  readonly problem: string | null;
  readonly concepts: readonly string[];
  /** Takes the focus as soon as it is there. */
  readonly focused?: boolean;
  readonly onText: (text: string) => void;
  readonly onCommit: () => void;
  readonly onUndo: () => void;
  readonly onLeave: () => void;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const phrases = open ? suggestions(text, concepts) : [];
  const listed = phrases.length > 0;
  const chosen = listed && active >= 0 ? Math.min(active, phrases.length - 1) : -1;

  // Before the next key, which is meant for the field.
  useLayoutEffect(() => {
    if (!focused) return;
    input.current?.focus();
    input.current?.select();
  }, [focused]);

  const take = (phrase: string): void => {
    onText(withLastPhrase(text, phrase));
    setOpen(false);
    setActive(-1);
  };

  const pressed = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (!listed) return event.key === 'ArrowDown' ? setOpen(true) : undefined;
        setActive(moved(chosen, event.key === 'ArrowDown' ? 1 : -1, phrases.length));
        break;
      case 'Enter':
        if (chosen >= 0) take(phrases[chosen]!);
        else {
          setOpen(false);
          onCommit();
        }
        break;
      case 'Escape':
        if (listed) setOpen(false);
        else onUndo();
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <span class="prompt-field">
      <input
        ref={input}
        type="text"
        role="combobox"
        dir="auto"
        value={text}
        maxLength={mostLetters}
        placeholder={placeholder}
        spellcheck={false}
        autocomplete="off"
        aria-label={label}
        aria-autocomplete="list"
        aria-expanded={listed}
        aria-controls={listed ? `${id}-list` : undefined}
        aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onInput={(event) => {
          setOpen(true);
          setActive(-1);
          onText(event.currentTarget.value);
        }}
        onKeyDown={pressed}
        onBlur={() => {
          setOpen(false);
          onLeave();
        }}
      />
      {listed && <Suggestions id={id} field={input.current} phrases={phrases} chosen={chosen} onTake={take} />}
      {problem !== null && (
        <span class="prompt-problem small" id={`${id}-problem`} role="alert">
          {problem}
        </span>
      )}
    </span>
  );
}

/** Below the field and above everything else: it may lie in a frame that scrolls. */
function Suggestions({
  id,
  field,
  phrases,
  chosen,
  onTake,
}: {
  readonly id: string;
  readonly field: HTMLInputElement | null;
  readonly phrases: readonly string[];
  readonly chosen: number;
  readonly onTake: (phrase: string) => void;
}) {
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    const place = (): void => {
      if (!field || !list.current) return;
      const { left, bottom, top, width } = field.getBoundingClientRect();
      const { style, offsetHeight } = list.current;
      style.left = `${left}px`;
      style.minWidth = `${width}px`;
      const above = bottom + offsetHeight > window.innerHeight && top > offsetHeight;
      style.top = above ? `${top - offsetHeight}px` : `${bottom}px`;
    };
    place();
    window.addEventListener('scroll', place, true);
    window.addEventListener('resize', place);
    return () => {
      window.removeEventListener('scroll', place, true);
      window.removeEventListener('resize', place);
    };
  });
  return (
    <ul class="suggestions" role="listbox" id={`${id}-list`} aria-label="Names that the model knows" ref={list}>
      {phrases.map((phrase, i) => (
        <li
          key={phrase}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === chosen}
          // Not a click: the field would lose the focus first.
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(phrase);
          }}
        >
          {phrase}
        </li>
      ))}
    </ul>
  );
}

const suggestions = (text: string, concepts: readonly string[]): readonly string[] => {
  const { phrase } = lastPhrase(text);
  // Matching a long paste against a thousand names would be felt.
  if (phrase.length > 100) return [];
  return completions(phrase, concepts, shownNames)
    .map((completion) => completion.phrase)
    .filter((completion) => sameness(completion) !== sameness(phrase));
};

/** Through −1, which is what was typed. */
const moved = (at: number, by: number, count: number): number => ((at + 1 + by + count + 1) % (count + 1)) - 1;
