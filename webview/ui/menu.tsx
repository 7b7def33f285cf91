import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { DownIcon } from './icons';

export interface MenuItem {
  readonly name: string;
  /** Said beside it, quietly. */
  readonly detail?: string;
  readonly run: () => void;
}

export interface MenuGroup {
  /** null: the group needs no heading. */
  readonly heading: string | null;
  readonly items: readonly MenuItem[];
}

/** A button and what it unfolds. Arrow keys move, a letter goes to the next item that begins with it, Escape closes. */
export function Menu({
  label,
  children,
  open,
  onOpen,
  groups,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly groups: readonly MenuGroup[];
}) {
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const items = (): HTMLButtonElement[] => [
    ...(whole.current?.querySelectorAll<HTMLButtonElement>('[role=menuitem]') ?? []),
  ];
  const close = (refocus: boolean): void => {
    onOpen(false);
    if (refocus) button.current?.focus();
  };

  // At once: the next key is meant for the menu.
  useLayoutEffect(() => {
    if (!open) return;
    items()[0]?.focus();
    const outside = (event: Event): void => {
      if (!whole.current?.contains(event.target as Node)) onOpen(false);
    };
    window.addEventListener('pointerdown', outside);
    window.addEventListener('focusin', outside);
    return () => {
      window.removeEventListener('pointerdown', outside);
      window.removeEventListener('focusin', outside);
    };
  }, [open]);

  const pressed = (event: KeyboardEvent): void => {
    const all = items();
    const at = all.indexOf(event.target as HTMLButtonElement);
    if (event.altKey || event.ctrlKey || event.metaKey || at < 0) return;
    const to = destination(event.key, at, all);
    if (event.key === 'Tab') return close(false);
    // VS Code's own, such as F1.
    if (/^F\d/u.test(event.key)) return;
    // Every other key is the menu's while it is open, and none of the panel's.
    event.stopPropagation();
    if (event.key === 'Escape') close(true);
    else if (to !== null) all[to]?.focus();
    else return;
    event.preventDefault();
  };

  return (
    <div class="menu" ref={whole}>
      <button
        type="button"
        class="flat"
        ref={button}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => onOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || open) return;
          event.preventDefault();
          onOpen(true);
        }}
      >
        {children}
        <DownIcon />
      </button>
      {open && (
        <div class="menu-items" role="menu" aria-label={label} onKeyDown={pressed}>
          {groups
            .filter(({ items }) => items.length > 0)
            .map(({ heading, items }) => (
              <div key={heading} class="menu-group" role="group" aria-label={heading ?? label}>
                {heading && (
                  <p class="small quiet" aria-hidden="true">
                    {heading}
                  </p>
                )}
                {items.map(({ name, detail, run }) => (
                  <button
                    key={name}
                    type="button"
                    role="menuitem"
                    tabIndex={-1}
                    onClick={() => {
                      close(true);
                      run();
                    }}
                  >
                    <span>{name}</span>
                    {detail && <span class="quiet"> {detail}</span>}
                  </button>
                ))}
              </div>
            ))}
        </div>
      )}
    </div>
  );
}

function destination(key: string, at: number, items: readonly HTMLElement[]): number | null {
  const count = items.length;
  if (key === 'ArrowDown') return (at + 1) % count;
  if (key === 'ArrowUp') return (at + count - 1) % count;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (key.length !== 1) return null;
  for (let step = 1; step <= count; step++) {
    const i = (at + step) % count;
    if (items[i]!.textContent?.trim().toLowerCase().startsWith(key.toLowerCase())) return i;
  }
  return null;
}
