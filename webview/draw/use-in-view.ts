import { useLayoutEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

/** Whether an element is on the screen or nearly: what is not need not be drawn. */
export function useInView(element: RefObject<Element>): boolean {
  const [inView, setInView] = useState(false);
  useLayoutEffect(() => {
    const { top, bottom } = element.current!.getBoundingClientRect();
    // At once for what can be seen, so that nothing flashes.
    setInView(bottom > -margin && top < innerHeight + margin);
    const observer = new IntersectionObserver((entries) => setInView(entries.at(-1)!.isIntersecting), {
      rootMargin: `${margin}px`,
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [element]);
  return inView;
}

const margin = 200;
