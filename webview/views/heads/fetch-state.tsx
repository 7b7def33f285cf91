import { Button } from '../../ui/controls';

/** What is said while heads are on their way, and where they did not come. */
export function FetchState({
  what,
  state,
  message,
  shown,
  onRetry,
}: {
  readonly what: string;
  readonly state: 'loading' | 'here' | 'failed';
  /** A whole sentence, where it failed. */
  readonly message: string;
  /** An earlier picture stands meanwhile. */
  readonly shown: boolean;
  readonly onRetry: () => void;
}) {
  if (state === 'here') return null;
  if (state === 'failed')
    return (
      <p class="fetch-state" role="alert">
        {message}{' '}
        <Button label={`Fetch ${what} again`} onPress={onRetry}>
          Try again
        </Button>
      </p>
    );
  return (
    <p class={shown ? 'fetch-state spoken' : 'fetch-state quiet'} role="status">
      Fetching {what}…
    </p>
  );
}
