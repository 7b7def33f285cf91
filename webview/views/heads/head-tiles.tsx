import { useRef, useState } from 'preact/hooks';
import { focusIndex, rove } from '../../ui/roving';
import { isolatedHead, toggledHead } from './active-heads';

/** A tile of its colour for each head: click or Space switches it, double click or Enter leaves it alone, and again shows all. */
export function HeadTiles({
  heads,
  active,
  colours,
  onActive,
}: {
  readonly heads: number;
  readonly active: readonly number[];
  readonly colours: readonly string[];
  readonly onActive: (active: readonly number[]) => void;
}) {
  const row = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState(0);
  const at = Math.min(cursor, heads - 1);
  return (
    <div class="head-tiles" role="toolbar" aria-label="Heads of the head view" ref={row}>
      {Array.from({ length: heads }, (_, head) => {
        const on = active.includes(head);
        return (
          <button
            key={head}
            type="button"
            class="head-switch"
            aria-pressed={on}
            aria-label={`head ${head}`}
            title={`head ${head}: click switches it, double click shows it alone or, where it is alone, all`}
            tabIndex={head === at ? 0 : -1}
            data-index={head}
            style={{ '--head': colours[head] }}
            onFocus={() => setCursor(head)}
            onClick={() => onActive(toggledHead(active, head))}
            onDblClick={() => onActive(isolatedHead(active, head, heads))}
            onKeyDown={(event) => {
              if (event.key === 'Enter') {
                event.preventDefault();
                onActive(isolatedHead(active, head, heads));
              }
              rove(event, head, { count: heads, columns: heads }, (to) => focusIndex(row.current, to));
            }}
          >
            <span>{head}</span>
          </button>
        );
      })}
    </div>
  );
}
