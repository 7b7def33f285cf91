import { useEffect, useRef } from 'preact/hooks';
import type { AppState } from '../../state/app-state';
import { useController } from '../../state/use-app';

/** A pause in typing after which a live panel asks. */
const pauseMs = 150;

/** The prompts as the person has them: asked for already, or explained. */
const currentPrompts = ({ asked, panel, view }: AppState): readonly string[] =>
  asked?.prompts ?? panel?.images[view?.image ?? 0]?.explained.prompts.map(({ text }) => text) ?? [];

/** How typing becomes questions to the engine. All of it can be undone until it is committed. */
export interface Draft {
  /** Remembers the prompts as they are, for `undo`. */
  begin(): void;
  /** Other prompts while somebody types; asked for after a pause where the panel is live. null: they cannot be asked for as they are. */
  type(prompts: readonly string[] | null, target: number): void;
  commit(prompts: readonly string[], target: number | null): void;
  undo(): void;
}

export function useDraft(): Draft {
  const controller = useController();
  const base = useRef<{ readonly prompts: readonly string[]; readonly target: number } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const ask = (prompts: readonly string[], target: number | null): void => {
    if (!same(prompts, currentPrompts(controller.store.get()))) controller.ask(prompts, target);
    else if (target !== null && controller.store.get().asked === null) controller.look({ prompt: target });
  };
  return {
    begin() {
      const state = controller.store.get();
      base.current ??= { prompts: currentPrompts(state), target: state.view?.prompt ?? 0 };
    },
    type(prompts, target) {
      clearTimeout(timer.current);
      if (prompts !== null && controller.store.get().view?.live)
        timer.current = setTimeout(() => ask(prompts, target), pauseMs);
    },
    commit(prompts, target) {
      clearTimeout(timer.current);
      base.current = null;
      ask(prompts, target);
    },
    undo() {
      clearTimeout(timer.current);
      if (base.current) ask(base.current.prompts, base.current.target);
      base.current = null;
    },
  };
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, i) => text === b[i]);
