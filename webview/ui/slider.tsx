/** A number of 0–100 on a native slider, which the toolkit has none of. */
export const Slider = ({
  label,
  value,
  text,
  disabled = false,
  onInput,
}: {
  /** Said to screen readers, and shown on hover. */
  readonly label: string;
  readonly value: number;
  /** The value as people read it. */
  readonly text: string;
  readonly disabled?: boolean;
  readonly onInput: (value: number) => void;
}) => (
  <input
    type="range"
    class="slider"
    aria-label={label}
    aria-valuetext={text}
    title={`${label}: ${text}`}
    min={0}
    max={100}
    value={value}
    disabled={disabled}
    onInput={({ currentTarget }) => onInput(currentTarget.valueAsNumber)}
  />
);
