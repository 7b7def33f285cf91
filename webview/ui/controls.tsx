import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import type { ComponentChildren } from 'preact';

/**
 * The controls, in one file: @vscode/webview-ui-toolkit is archived, and this is the place to swap in its successor. Views use the
 * components below and never the elements.
 */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

declare module 'preact' {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ControlAttributes & { appearance?: 'primary' | 'secondary' | 'icon'; disabled?: boolean };
      'vscode-checkbox': ControlAttributes & { checked?: boolean; disabled?: boolean };
      'vscode-dropdown': ControlAttributes & { value?: string };
      'vscode-option': ControlAttributes & { value?: string; selected?: boolean };
      'vscode-progress-ring': ControlAttributes;
      'vscode-text-field': ControlAttributes & { value?: string; placeholder?: string };
    }
  }
}

type ControlAttributes = preact.JSX.HTMLAttributes<HTMLElement>;

interface Labelled {
  /** Said to screen readers, and shown on hover. */
  readonly label: string;
}

export const Button = ({
  label,
  children,
  appearance = 'secondary',
  disabled = false,
  onPress,
}: Labelled & {
  readonly children: ComponentChildren;
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  readonly disabled?: boolean;
  readonly onPress: () => void;
}) => (
  <vscode-button appearance={appearance} disabled={disabled} aria-label={label} title={label} onClick={onPress}>
    {children}
  </vscode-button>
);

export const Checkbox = ({
  label,
  checked,
  onChange,
}: Labelled & { readonly checked: boolean; readonly onChange: (checked: boolean) => void }) => (
  <vscode-checkbox
    checked={checked}
    onChange={(event: Event) => {
      const now = (event.currentTarget as HTMLInputElement).checked;
      if (now !== checked) onChange(now);
    }}
  >
    {label}
  </vscode-checkbox>
);

/** One of a few named values. */
export const Dropdown = <T extends string>({
  label,
  value,
  options,
  onChange,
}: Labelled & {
  readonly value: T;
  readonly options: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
}) => (
  <vscode-dropdown
    aria-label={label}
    title={label}
    value={value}
    onChange={(event: Event) => {
      const now = (event.currentTarget as HTMLSelectElement).value as T;
      if (now !== value) onChange(now);
    }}
  >
    {(Object.keys(options) as T[]).map((option) => (
      <vscode-option key={option} value={option} selected={option === value}>
        {options[option]}
      </vscode-option>
    ))}
  </vscode-dropdown>
);
