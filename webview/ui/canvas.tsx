import { useLayoutEffect, useRef } from 'preact/hooks';

/** A canvas that is drawn before the frame in which its inputs changed, and only then. Hidden from readers: its owner names it. */
export function Canvas({
  draw,
  inputs,
  className,
}: {
  readonly draw: (canvas: HTMLCanvasElement) => void;
  /** Compared one by one with Object.is; always as many. */
  readonly inputs: readonly unknown[];
  readonly className?: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (canvas.current) draw(canvas.current);
  }, inputs as unknown[]);
  return <canvas ref={canvas} class={className} aria-hidden="true" />;
}
