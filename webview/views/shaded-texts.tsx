import { useMemo, useRef, useState } from 'preact/hooks';
import { focusIndex, rove } from '../ui/roving';

/** A word or token with its number. */
export interface ShadedText {
  readonly text: string;
  /** As it is shown; '': it has none. */
  readonly number: string;
  /** How strongly it is shaded, 0–1. */
  readonly strength: number;
  readonly tone: ShadeTone;
}

/** `special`: none of the shares that are shown are its own. */
export type ShadeTone = 'one' | 'plus' | 'minus' | 'special';

const classes: Readonly<Record<ShadeTone, string>> = {
  one: 'word-shade',
  plus: 'word-shade plus',
  minus: 'word-shade minus',
  special: 'word-shade special',
};

/**
 * A line of texts, shaded and numbered. One tab stop; arrow keys go from one to the next. Where one of them can be chosen, the choice goes with
 * the focus.
 */
export function ShadedTexts({
  texts,
  label,
  className = 'words',
  dir = 'auto',
  lit,
  chosen = null,
  onLight,
  onChoose,
}: {
  readonly texts: readonly ShadedText[];
  readonly label: string;
  readonly className?: string;
  readonly dir?: 'auto' | 'ltr' | 'rtl';
  readonly lit: (index: number) => boolean;
  readonly chosen?: number | null;
  readonly onLight: (index: number | null) => void;
  readonly onChoose?: (index: number) => void;
}) {
  const list = useRef<HTMLOListElement>(null);
  const [focused, setFocused] = useState(0);
  const count = texts.length;
  const stop = chosen ?? Math.min(focused, count - 1);
  const indexOf = ({ target }: Event): number | null => {
    const index = (target as Element).closest<HTMLElement>('[data-index]')?.dataset['index'];
    return index === undefined ? null : Number(index);
  };
  return (
    <ol
      class={className}
      dir={dir}
      aria-label={label}
      role={onChoose ? 'listbox' : undefined}
      aria-orientation={onChoose ? 'horizontal' : undefined}
      ref={list}
      onMouseOver={(event) => {
        const index = indexOf(event);
        if (index !== null) onLight(index);
      }}
      onMouseLeave={() => onLight(null)}
      onFocusIn={(event) => {
        const index = indexOf(event);
        if (index === null) return;
        setFocused(index);
        onLight(index);
      }}
      onFocusOut={() => onLight(null)}
      onClick={(event) => {
        const index = indexOf(event);
        if (index !== null) onChoose?.(index);
      }}
      onKeyDown={(event) => {
        const index = indexOf(event);
        if (index === null) return;
        rove(event, index, { count, columns: count, reversed: dir === 'rtl' }, (to) => {
          onChoose?.(to);
          focusIndex(list.current, to);
        });
      }}
    >
      {texts.map(({ text, number, strength, tone }, i) => (
        <Shaded
          key={i}
          index={i}
          text={text}
          number={number}
          strength={strength}
          tone={tone}
          lit={lit(i)}
          chosen={onChoose ? i === chosen : null}
          stop={i === stop}
        />
      ))}
    </ol>
  );
}

interface ShadedProps extends ShadedText {
  readonly index: number;
  readonly lit: boolean;
  /** null: nothing can be chosen. */
  readonly chosen: boolean | null;
  readonly stop: boolean;
}

/** Of hundreds of them one or two change while the pointer moves. */
function Shaded({ index, text, number, strength, tone, lit, chosen, stop }: ShadedProps) {
  const shown = strength.toFixed(3);
  return useMemo(
    () => (
      <li
        class={`word${lit ? ' lit' : ''}${chosen ? ' chosen' : ''}`}
        role={chosen === null ? undefined : 'option'}
        aria-selected={chosen ?? undefined}
        tabIndex={stop ? 0 : -1}
        data-index={index}
      >
        <span
          class={classes[tone]}
          style={{ '--strength': shown }}
          title={text.length > 40 ? text.slice(0, 500) : undefined}
        >
          <bdi class="word-text">{text}</bdi>
        </span>
        <span class="word-value small">
          <span key={number} class="fresh">
            {number}
          </span>
        </span>
      </li>
    ),
    [index, text, number, shown, tone, lit, chosen, stop],
  );
}
