import { useLayoutEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

/** The inner width of an element in CSS pixels, followed; 0 until it is on the page. Changes come at most once a frame. */
export function useWidth(of: RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = of.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return width;
}
