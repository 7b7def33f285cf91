import { useLayoutEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { Size } from '../../src/shared/geometry';

/** An element's size in pixels of the screen, so that a canvas in it can be sharp; null until it has one. */
export function useDeviceSize(element: RefObject<Element>): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  const [screens, setScreens] = useState(0);
  useLayoutEffect(() => {
    const put = (width: number, height: number): void => {
      const next = width > 0 && height > 0 ? { width: Math.round(width), height: Math.round(height) } : null;
      setSize((known) => (known?.width === next?.width && known?.height === next?.height ? known : next));
    };
    const measure = (exact?: ResizeObserverSize): void => {
      const box = element.current!.getBoundingClientRect();
      const [width, height] = [box.width * devicePixelRatio, box.height * devicePixelRatio];
      // Where the browser snaps the box to pixels it knows better, by less than one; where it emulates a screen it does not.
      const near = exact && Math.abs(exact.inlineSize - width) < 2 && Math.abs(exact.blockSize - height) < 2;
      if (near) put(exact.inlineSize, exact.blockSize);
      else put(width, height);
    };
    // At once, so that the first frame has a picture.
    measure();
    const observer = new ResizeObserver(([entry]) => measure(entry?.devicePixelContentBoxSize?.[0]));
    observer.observe(element.current!);
    // Another screen or zoom can leave the size in CSS pixels as it is.
    const screen = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    const moved = (): void => setScreens((count) => count + 1);
    screen.addEventListener('change', moved);
    return () => {
      observer.disconnect();
      screen.removeEventListener('change', moved);
    };
  }, [element, screens]);
  return size;
}
