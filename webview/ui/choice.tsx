import { useRef } from 'preact/hooks';
import { focusIndex, rove } from './roving';

/** One of a few words side by side, the chosen one underlined. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled = [],
}: {
  /** Said to screen readers. */
  readonly label: string;
  readonly value: T;
  readonly options: Readonly<Partial<Record<T, string>>>;
  readonly onChange: (value: T) => void;
  readonly disabled?: readonly T[];
}) {
  const group = useRef<HTMLDivElement>(null);
  const names = (Object.keys(options) as T[]).filter((name) => !disabled.includes(name));
  return (
    <div class="choice" role="radiogroup" aria-label={label} ref={group}>
      {(Object.keys(options) as T[]).map((name) => {
        const index = names.indexOf(name);
        return (
          <button
            key={name}
            type="button"
            role="radio"
            class="choice-item"
            data-index={index}
            aria-checked={name === value}
            disabled={index < 0}
            tabIndex={name === value || (index === 0 && !names.includes(value)) ? 0 : -1}
            onClick={() => onChange(name)}
            onKeyDown={(event) =>
              rove(event, index, { count: names.length, columns: names.length }, (to) => {
                onChange(names[to]!);
                focusIndex(group.current, to);
              })
            }
          >
            {options[name]}
          </button>
        );
      })}
    </div>
  );
}
