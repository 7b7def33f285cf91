import { useEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

/** Whether an element has been on the screen or near it: what is far down the page is not fetched before. Stays true. */
export function useNear(of: RefObject<Element>, margin = 600): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = of.current;
    if (!element || near) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: `${margin}px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [of, near, margin]);
  return near;
}
