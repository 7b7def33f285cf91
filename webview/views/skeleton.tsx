import { useApp } from '../state/use-app';

/** Where the picture and the table will be, before there is anything to show in them. */
export function Skeleton() {
  const prompts = useApp((state) => state.panel?.request.prompts ?? null);
  return (
    <div class="skeleton" aria-hidden="true">
      <div class="skeleton-picture" />
      <ol>
        {(prompts ?? ['', '', '']).slice(0, 8).map((prompt, i) => (
          <li key={i}>
            <bdi>{prompt}</bdi>
          </li>
        ))}
      </ol>
    </div>
  );
}
