import { useEffect, useRef } from 'preact/hooks';

/**
 * What the panel shows and can be saved as a vector file. A view that is on the screen offers itself here with `useSvgView`, and the
 * export menu lists what is offered. Build the markup with `svg` of src/shared/svg/markup.ts, which escapes every datum.
 */
export interface SvgView {
  /** In the menu and in the file's name: "words", "head 1 of layer 5". Plain words of ours, no data of the user. */
  readonly name: string;
  /** A whole SVG document, made when it is asked for. */
  readonly make: () => string;
}

const offered = new Map<symbol, SvgView>();

/** Of what is on the screen now, in the order in which it came there. */
export const offeredSvgViews = (): readonly SvgView[] => [...offered.values()];

/** Offers the view while its component is on the screen; null: there is nothing to save now. `make` may be another function each time. */
export function useSvgView(name: string, make: (() => string) | null): void {
  const latest = useRef(make);
  latest.current = make;
  const there = make !== null;
  useEffect(() => {
    if (!there) return;
    const key = Symbol(name);
    offered.set(key, { name, make: () => latest.current?.() ?? '' });
    return () => {
      offered.delete(key);
    };
  }, [name, there]);
}
