/** Small drawings in the colour of the text. Their buttons carry the names. */
const Icon = ({ path }: { readonly path: string }) => (
  <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path
      d={path}
      fill="none"
      stroke="currentColor"
      stroke-width="1.2"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
);

export const CloseIcon = () => <Icon path="M4 4l8 8M12 4l-8 8" />;
export const EditIcon = () => <Icon path="M3 13l.7-3L10.8 2.9l2.3 2.3L6 12.3zM9.3 4.4l2.3 2.3" />;
export const DownIcon = () => <Icon path="M4 6.5l4 4 4-4" />;
export const HelpIcon = () => (
  <Icon path="M6 6.2a2 2 0 1 1 3 1.7c-.7.4-1 .8-1 1.5M8 11.4v.1M14.5 8a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0z" />
);
