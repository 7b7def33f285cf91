import { useEffect, useRef, useState } from 'preact/hooks';
import type { TextAsk } from '../../../../src/shared/text/panel-protocol';
import { useTextController } from '../../state/use-text';

/** Where an explanation takes so long, a pause in typing is waited for: each would be of a text that nobody means. */
const slowMs = 300;
const pauseMs = 150;

/** A text that is being written. While nobody does, it is the one that was asked for. */
export interface TextDraft {
  readonly text: string;
  type(text: string): void;
  /** Asks for what was written. */
  commit(): void;
  /** Back to what it was before somebody typed. */
  undo(): void;
}

/** @param which of an item's two texts; a second one that is emptied goes away */
export function useTextDraft(item: number, which: 'text' | 'pair', current: string): TextDraft {
  const controller = useTextController();
  const [draft, setDraft] = useState<string | null>(null);
  const base = useRef<readonly TextAsk[] | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const ask = (text: string): void => {
    const before = controller.asked;
    const value = which === 'pair' && text.trim() === '' ? null : text;
    const old = before[item];
    if (!old || old[which] === value) return;
    controller.ask(before.map((one, i) => (i === item ? { ...one, [which]: value } : one)));
  };
  return {
    text: draft ?? current,
    type(text) {
      base.current ??= controller.asked;
      setDraft(text);
      clearTimeout(timer.current);
      const { view, panel } = controller.store.get();
      if (!view?.live || text.trim() === '') return;
      const slow = (panel?.items[item]?.explained.timings.total ?? 0) > slowMs;
      if (slow) timer.current = setTimeout(() => ask(text), pauseMs);
      else ask(text);
    },
    commit() {
      clearTimeout(timer.current);
      if (draft !== null && (draft.trim() !== '' || which === 'pair')) ask(draft);
      base.current = null;
      setDraft(null);
    },
    undo() {
      clearTimeout(timer.current);
      const before = base.current?.[item]?.[which];
      if (draft !== null && before !== undefined) ask(before ?? '');
      base.current = null;
      setDraft(null);
    },
  };
}
